{# Microseconds since 1970 of a timestamp without zone. #}
{% macro epoch_us(expression) -%}
    {{ return(adapter.dispatch('epoch_us', 'medallion')(expression)) }}
{%- endmacro %}

{#- The session's zone is UTC, so a timestamp without zone is that instant. -#}
{% macro default__epoch_us(expression) -%}
    unix_micros(cast({{ expression }} as timestamp))
{%- endmacro %}

{% macro duckdb__epoch_us(expression) -%}
    epoch_us({{ expression }})
{%- endmacro %}
