{# True when a JSON object (as text) has the field, be it null; null when there is no object. -#}
{% macro json_has(expression, path) -%}
    {{ return(adapter.dispatch('json_has', 'medallion')(expression, path)) }}
{%- endmacro %}

{% macro default__json_has(expression, path) -%}
    array_contains(map_keys({{ medallion.json_map(expression) }}), {{ medallion.literal(path) }})
{%- endmacro %}

{% macro duckdb__json_has(expression, path) -%}
    json_exists({{ expression }}, {{ medallion.json_pointer(path) }})
{%- endmacro %}
