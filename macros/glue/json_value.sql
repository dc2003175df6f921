{#
  The text of one field of a JSON text, null when it is absent or JSON null; a nested value stays JSON
  text. Several fields are cheaper with json_values.
#}
{% macro json_value(expression, path) -%}
    {{ return(adapter.dispatch('json_value', 'medallion')(expression, path)) }}
{%- endmacro %}

{% macro default__json_value(expression, path) -%}
    {%- set parts = medallion.path_parts(path) -%}
    {%- set outer = [] -%}
    {%- for part in parts[:-1] %}{% do outer.append('"' ~ part ~ '"') %}{% endfor -%}
    element_at({{ medallion.json_map(expression, outer | join('.')) }}, {{ medallion.literal(parts[-1]) }})
{%- endmacro %}

{% macro duckdb__json_value(expression, path) -%}
    json_extract_string({{ expression }}, {{ medallion.json_pointer(path) }})
{%- endmacro %}
