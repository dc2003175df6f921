{#
  Several fields of a JSON text, parsed once, as a list of texts in the order of `paths`; null when the
  text is not JSON.
#}
{% macro json_values(expression, paths) -%}
    {{ return(adapter.dispatch('json_values', 'medallion')(expression, paths)) }}
{%- endmacro %}

{% macro default__json_values(expression, paths) -%}
    case when {{ medallion.json_map(expression) }} is not null or trim({{ expression }}) = 'null' then array(
        {%- for path in paths %}
        {{ medallion.json_value(expression, path) }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) end
{%- endmacro %}

{#- json_extract_string raises on a broken text; `try` costs less than json_valid. -#}
{% macro duckdb__json_values(expression, paths) -%}
    try(json_extract_string({{ expression }}, [
        {%- for path in paths %}
        {{ medallion.json_pointer(path) }}{{ ',' if not loop.last }}
        {%- endfor %}
    ]))
{%- endmacro %}

{# One item of the list that json_values returns; positions count from 0. #}
{% macro list_item(list, position) -%}
    {{ return(adapter.dispatch('list_item', 'medallion')(list, position)) }}
{%- endmacro %}

{% macro default__list_item(list, position) -%}
    get({{ list }}, {{ position }})
{%- endmacro %}

{% macro duckdb__list_item(list, position) -%}
    {{ list }}[{{ position + 1 }}]
{%- endmacro %}
