{#
  The head of a CTE that only shows a table's rows (`is_table`; others are worked out once): where several places read
  it, each is to read the table. DuckDB would keep a copy of all of its rows and columns.
#}
{% macro table_cte(name, is_table=true) -%}
    {{ return(adapter.dispatch('table_cte', 'medallion')(name, is_table)) }}
{%- endmacro %}

{% macro default__table_cte(name, is_table) -%}
    {{ name }} as
{%- endmacro %}

{% macro duckdb__table_cte(name, is_table) -%}
    {{ name }} as{{ ' not materialized' if is_table }}
{%- endmacro %}
