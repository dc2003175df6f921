{#
  Why a table of a database's file cannot be read, none when nothing speaks against it. The engine's own
  error would be an internal one, which says nothing of the cause.
#}
{% macro database_fault(path, table) -%}
    {{ return(adapter.dispatch('database_fault', 'medallion')(path, table)) }}
{%- endmacro %}

{% macro default__database_fault(path, table) -%}
    {{ return(none) }}
{%- endmacro %}

{#- Of very large files the first bytes are not looked at: DuckDB would read them as a whole. -#}
{% macro duckdb__database_fault(path, table) -%}
    {%- set file = run_query('select size from read_blob(' ~ medallion.literal(path) ~ ')').rows -%}
    {%- if not file -%}{{ return('there is no such file') }}{%- endif -%}
    {%- if 0 < file[0][0] < 268435456 -%}
        {%- set mark = run_query('select hex(content[:15]) from read_blob(' ~ medallion.literal(path) ~ ')').rows[0][0] -%}
        {%- if mark != '53514C69746520666F726D61742033' -%}{{ return('it is no SQLite database') }}{%- endif -%}
    {%- endif -%}
    {%- set query -%}
        select name from sqlite_scan({{ medallion.literal(path) }}, 'sqlite_master') where type in ('table', 'view') order by name
    {%- endset -%}
    {%- set tables = run_query(query).columns[0].values() | list -%}
    {%- if table | lower not in tables | map('lower') -%}
        {{ return("it has no table '" ~ table ~ "', but " ~ (tables | join(', ') or 'none at all')) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
