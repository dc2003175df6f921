{# Whether the whole of a text matches a regular expression (of the syntax that RE2 and Java share). #}
{% macro matches(expression, pattern) -%}
    {{ return(adapter.dispatch('matches', 'medallion')(expression, pattern)) }}
{%- endmacro %}

{% macro default__matches(expression, pattern) -%}
    regexp_like({{ expression }}, '^(?:{{ pattern }})\\z')
{%- endmacro %}

{% macro duckdb__matches(expression, pattern) -%}
    regexp_full_match({{ expression }}, '{{ pattern }}')
{%- endmacro %}
