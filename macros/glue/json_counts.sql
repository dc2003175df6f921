{#
  The fields of a JSON object of counts, a row each: `columns` of the relation, then item and row_count. Rows
  without an object or with an empty one give none.
#}
{% macro json_counts(relation, columns, column) -%}
    {{ return(adapter.dispatch('json_counts', 'medallion')(relation, columns, column)) }}
{%- endmacro %}

{% macro default__json_counts(relation, columns, column) -%}
    select {{ columns | join(', ') }}, explode(from_json({{ column }}, 'map<string,bigint>')) as (item, row_count)
    from {{ relation }}
{%- endmacro %}

{% macro duckdb__json_counts(relation, columns, column) -%}
    select {{ columns | join(', ') }}, item, cast(json_extract_string({{ column }}, '$."' || item || '"') as bigint) as row_count
    from (select *, unnest(json_keys({{ column }})) as item from {{ relation }}) as fields
{%- endmacro %}
