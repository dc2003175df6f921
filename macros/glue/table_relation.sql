{#
  A table of a source as something that can stand behind `from`. `format` is delta (location: its
  folder), sqlite (location: the file), postgres (location: `env:NAME`, the variable with its connection
  string) or catalog (the warehouse's own name of the table). A location `catalog:NAME` says that the
  warehouse itself shows the system's tables, in that catalog or schema: of any format, on any engine.
#}
{% macro table_relation(system, format, location, source) -%}
    {%- if location and location.startswith('catalog:') -%}{{ return(location[8:] ~ '.' ~ source) }}{%- endif -%}
    {{ return(adapter.dispatch('table_relation', 'medallion')(system, format, location, source)) }}
{%- endmacro %}

{% macro default__table_relation(system, format, location, source) -%}
    {%- if format == 'delta' -%}
        {{ return('delta.`' ~ location ~ '`') }}
    {%- elif format == 'catalog' -%}
        {{ return(source) }}
    {%- endif -%}
    {{ exceptions.raise_compiler_error('MED-STG-007 ' ~ format ~ ' tables cannot be read on ' ~ adapter.type()) }}
{%- endmacro %}

{#-
  SQLite's types are those of each value: a column is read as text, or one odd value would stop the load.
  PostgreSQL is attached, so that its connection string stands in no compiled statement.
-#}
{% macro duckdb__table_relation(system, format, location, source) -%}
    {%- if format == 'catalog' -%}
        {{ return(source) }}
    {%- endif -%}
    {%- do medallion.load_extension(format) -%}
    {%- if format == 'delta' -%}
        {{ return('delta_scan(' ~ medallion.literal(location) ~ ')') }}
    {%- elif format == 'sqlite' -%}
        {%- do run_query('set global sqlite_all_varchar = true') -%}
        {%- set path = medallion.connection(location) -%}
        {%- set fault = medallion.database_fault(path, source) -%}
        {%- if fault -%}
            {{ exceptions.raise_compiler_error(
                'MED-STG-009 ' ~ system ~ ': ' ~ path ~ ': ' ~ fault ~ '. Nothing was read. Deliver the database again, correct `source` in '
                ~ 'objects.csv or `location` in systems.csv, or set MEDALLION_LOCATION_' ~ system | upper ~ '.'
            ) }}
        {%- endif -%}
        {{ return('sqlite_scan(' ~ medallion.literal(path) ~ ', ' ~ medallion.literal(source) ~ ')') }}
    {%- endif -%}
    {%- set alias = 'medallion_' ~ system -%}
    {%- do run_query('attach if not exists ' ~ medallion.literal(medallion.connection(location)) ~ ' as ' ~ alias ~ ' (type postgres, read_only)') -%}
    {%- set parts = source.split('.') -%}
    {{ return(alias ~ '.' ~ adapter.quote(parts[0] if parts | length > 1 else 'public') ~ '.' ~ adapter.quote(parts[-1])) }}
{%- endmacro %}

{#- A location, or what the environment variable of `env:NAME` holds. -#}
{% macro connection(location) -%}
    {%- if not location.startswith('env:') -%}{{ return(location) }}{%- endif -%}
    {%- set value = env_var(location[4:], '') -%}
    {%- if not value -%}
        {{ exceptions.raise_compiler_error(
            "MED-STG-008 the environment variable " ~ location[4:] ~ " is not set; it has to hold the database's connection string"
        ) }}
    {%- endif -%}
    {%- if modules.re.search('password\\s*=|://[^/@:]*:[^/@]*@', value) -%}
        {%- do exceptions.warn(
            'MED-STG-011 the connection string in ' ~ location[4:] ~ ' holds a password, which dbt writes to its log and DuckDB to its errors;'
            ~ ' leave it out and give it as PGPASSWORD, or in ~/.pgpass, or export it as DBT_ENV_SECRET_' ~ location[4:] ~ ' too: dbt then masks it'
        ) -%}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}
