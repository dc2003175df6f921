{#
  The files that match a glob below a folder: mappings of path, file (relative to the folder), size,
  modified_at (text, UTC; DuckDB knows it to the second), sorted by file. None where folder or files are
  missing.
#}
{% macro list_files(location, source) -%}
    {{ return(adapter.dispatch('list_files', 'medallion')(location, source)) }}
{%- endmacro %}

{% macro default__list_files(location, source) -%}
    {{ exceptions.raise_compiler_error('MED-STG-007 files cannot be listed on ' ~ adapter.type()) }}
{%- endmacro %}

{#- read_blob without `content` reads no file. -#}
{% macro duckdb__list_files(location, source) -%}
    {%- set folder = location.rstrip('/') ~ '/' -%}
    {%- set query -%}
        select filename, size, strftime(last_modified at time zone 'UTC', '%Y-%m-%d %H:%M:%S.%f')
        from read_blob({{ medallion.literal(folder ~ source) }})
        order by filename
    {%- endset -%}
    {%- set files = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- set path = row[0] | string -%}
        {%- do files.append({
            'path': path, 'file': path[folder | length:] if path.startswith(folder) else path,
            'size': row[1] | int, 'modified_at': row[2] | string,
        }) -%}
    {%- endfor -%}
    {{ return(files) }}
{%- endmacro %}

{#- A glob that matches nothing is an error to Spark: the null device keeps a local one from it. -#}
{% macro spark__list_files(location, source) -%}
    {%- set folder = location.rstrip('/') ~ '/' -%}
    {%- set is_local = ':' not in folder.split('/')[0] -%}
    {%- set query -%}
        select path, length, date_format(modificationTime, 'yyyy-MM-dd HH:mm:ss.SSSSSS')
        from binaryFile.`{{ ('/{' ~ (folder ~ source)[1:] ~ ',dev/null}') if is_local else folder ~ source }}`
        order by path
    {%- endset -%}
    {%- set files = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- set path = modules.re.sub('^file:/+', '/', row[0] | string) -%}
        {%- if path != '/dev/null' -%}
            {%- do files.append({
                'path': path, 'file': path[folder | length:] if path.startswith(folder) else path,
                'size': row[1] | int, 'modified_at': row[2] | string,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(files) }}
{%- endmacro %}
