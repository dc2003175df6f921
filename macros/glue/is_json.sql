{# Whether a text is valid JSON. #}
{% macro is_json(expression) -%}
    {{ return(adapter.dispatch('is_json', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__is_json(expression) -%}
    try_parse_json({{ expression }}) is not null
{%- endmacro %}

{% macro duckdb__is_json(expression) -%}
    json_valid({{ expression }})
{%- endmacro %}
