{# A UTC timestamp from microseconds since 1970. #}
{% macro timestamp_from_us(expression) -%}
    {{ return(adapter.dispatch('timestamp_from_us', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__timestamp_from_us(expression) -%}
    cast(timestamp_micros({{ expression }}) as timestamp_ntz)
{%- endmacro %}

{% macro duckdb__timestamp_from_us(expression) -%}
    make_timestamp({{ expression }})
{%- endmacro %}

{# A time of day from microseconds since midnight. #}
{% macro time_from_us(expression) -%}
    {{ return(adapter.dispatch('time_from_us', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__time_from_us(expression) -%}
    date_format(timestamp_micros({{ expression }}), 'HH:mm:ss.SSSSSS')
{%- endmacro %}

{% macro duckdb__time_from_us(expression) -%}
    cast(make_timestamp({{ expression }}) as time)
{%- endmacro %}

{# A date from days since 1970. #}
{% macro date_from_days(expression) -%}
    {{ return(adapter.dispatch('date_from_days', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__date_from_days(expression) -%}
    date_from_unix_date(cast({{ expression }} as int))
{%- endmacro %}

{% macro duckdb__date_from_days(expression) -%}
    date '1970-01-01' + cast({{ expression }} as integer)
{%- endmacro %}

{# A whole number divided, rounded down also below zero. #}
{% macro floor_divide(expression, divisor) -%}
    {{ return(adapter.dispatch('floor_divide', 'medallion')(expression, divisor)) }}
{%- endmacro %}

{% macro default__floor_divide(expression, divisor) -%}
    ({{ expression }} - pmod({{ expression }}, {{ divisor }})) div {{ divisor }}
{%- endmacro %}

{% macro duckdb__floor_divide(expression, divisor) -%}
    ({{ expression }} - ({{ expression }} % {{ divisor }} + {{ divisor }}) % {{ divisor }}) // {{ divisor }}
{%- endmacro %}
