{#
  The fields of a JSON object (as text), a row each: `columns` of the relation, then item and item_value (text). Rows
  without an object or with an empty one give none.
#}
{% macro json_fields(relation, columns, column) -%}
    {{ return(adapter.dispatch('json_fields', 'medallion')(relation, columns, column)) }}
{%- endmacro %}

{% macro default__json_fields(relation, columns, column) -%}
    select {{ columns | join(', ') }}, explode(from_json({{ column }}, 'map<string,string>')) as (item, item_value)
    from {{ relation }}
{%- endmacro %}

{% macro duckdb__json_fields(relation, columns, column) -%}
    select {{ columns | join(', ') }}, item, json_extract_string({{ column }}, '/' || replace(replace(item, '~', '~0'), '/', '~1')) as item_value
    from (select *, unnest(json_keys({{ column }})) as item from {{ relation }}) as fields
{%- endmacro %}
