{#
  SELECT of the files that match a glob below a folder: path, size, modified_at (text, UTC; DuckDB knows it to
  the second). No row where folder or files are missing.
#}
{% macro files_listed(location, source) -%}
    {{ return(adapter.dispatch('files_listed', 'medallion')(location, source)) }}
{%- endmacro %}

{% macro default__files_listed(location, source) -%}
    {{ exceptions.raise_compiler_error('MED-STG-007 files cannot be listed on ' ~ adapter.type()) }}
{%- endmacro %}

{#- read_blob without `content` reads no file. -#}
{% macro duckdb__files_listed(location, source) -%}
    select filename as path, size, strftime(last_modified at time zone 'UTC', '%Y-%m-%d %H:%M:%S.%f') as modified_at
    from read_blob({{ medallion.literal(location.rstrip('/') ~ '/' ~ source) }})
{%- endmacro %}

{#- A glob that matches nothing is an error to Spark: the null device keeps a local one from it. -#}
{% macro spark__files_listed(location, source) -%}
    {%- set path = location.rstrip('/') ~ '/' ~ source -%}
    {{ medallion._files_read('binaryFile.`' ~ (('/{' ~ path[1:] ~ ',dev/null}') if ':' not in path.split('/')[0] else path) ~ '`') }}
{%- endmacro %}

{% macro databricks__files_listed(location, source) -%}
    {{ medallion._files_read('read_files(' ~ medallion.literal(location.rstrip('/') ~ '/' ~ source) ~ ", format => 'binaryFile')") }}
{%- endmacro %}

{% macro _files_read(relation) -%}
    select path, length as size, date_format(modificationTime, 'yyyy-MM-dd HH:mm:ss.SSSSSS') as modified_at
    from {{ relation }}
{%- endmacro %}
