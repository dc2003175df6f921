{# Makes an extension of the engine available to this session (DuckDB: delta, sqlite, postgres), without any download. #}
{% macro load_extension(name) -%}
    {{ return(adapter.dispatch('load_extension', 'medallion')(name)) }}
{%- endmacro %}

{% macro default__load_extension(name) -%}
{%- endmacro %}

{% macro duckdb__load_extension(name) -%}
    {%- do run_query('load ' ~ {'sqlite': 'sqlite_scanner', 'postgres': 'postgres_scanner'}.get(name, name)) -%}
{%- endmacro %}
