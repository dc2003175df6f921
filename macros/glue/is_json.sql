{# Whether a text is valid JSON. #}
{% macro is_json(expression) -%}
    {{ return(adapter.dispatch('is_json', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__is_json(expression) -%}
    coalesce(size(from_json('[' || {{ expression }} || ']', 'array<string>', map('allowNonNumericNumbers', 'false', 'allowSingleQuotes', 'false'))) = 1, false)
{%- endmacro %}

{% macro duckdb__is_json(expression) -%}
    json_valid({{ expression }})
{%- endmacro %}
