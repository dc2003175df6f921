{#
  What must be known of text files before they are read: path -> its first line without byte order mark,
  or none where the file is not valid UTF-8.
#}
{% macro inspect_text_files(files) -%}
    {{ return(adapter.dispatch('inspect_text_files', 'medallion')(files)) }}
{%- endmacro %}

{% macro default__inspect_text_files(files) -%}
    {%- set lines = {} -%}
    {%- for file in files %}{% do lines.update({file.path: ''}) %}{% endfor -%}
    {{ return(lines) }}
{%- endmacro %}

{#- read_text would stop at the first invalid file. -#}
{% macro duckdb__inspect_text_files(files) -%}
    {%- set query -%}
        select _path, split_part(left(_content, 65536), chr(10), 1)
        from (
            select filename as _path, try(decode(content)) as _content
            from read_blob({{ medallion.path_list(files) }})
        ) as files
    {%- endset -%}
    {%- set lines = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- do lines.update({row[0]: medallion.header_line(row[1])}) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}

{% macro spark__inspect_text_files(files) -%}
    {%- set lines = {} -%}
    {%- for row in run_query(medallion._first_lines(medallion.path_relation('binaryFile', files))).rows -%}
        {%- do lines.update({row[0]: medallion.header_line(row[1])}) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}

{#-
  SELECT of path and first line (as inspect_text_files has them, but for header_line) of the files that match a glob below
  a folder, to be asked for with their list: of all where nothing was read before, else of those of the last day up to
  1 MB. Whoever reads a larger or an older one asks once more, which costs little beside reading it; nothing where the
  engine answers at once.
-#}
{% macro lines_listed(location, source, is_first) -%}
    {{ return(adapter.dispatch('lines_listed', 'medallion')(location, source, is_first)) }}
{%- endmacro %}

{% macro default__lines_listed(location, source, is_first) -%}
    {{ return('') }}
{%- endmacro %}

{#- Spark opens no file that its size or its time, compared with constants, leaves out. -#}
{% macro spark__lines_listed(location, source, is_first) -%}
    {{ medallion._first_lines(medallion.folder_relation(location.rstrip('/') ~ '/' ~ source)) }}
    {%- if not is_first %}
    where length <= 1048576
        and modificationTime >= timestamp '{{ (run_started_at - modules.datetime.timedelta(days=1)).strftime('%Y-%m-%d %H:%M:%S') }}Z'
    {%- endif %}
{%- endmacro %}

{#- path, line. -#}
{% macro _first_lines(relation) -%}
    select
        {{ medallion.file_of_row() }} as path,
        case when is_valid_utf8(cast(content as string))
            then substring_index(left(cast(content as string), 65536), '\n', 1) end as line
    from {{ relation }}
{%- endmacro %}

{# A first line as it was read, without byte order mark and carriage return; none stays none. #}
{% macro header_line(line) -%}
    {{ return(none if line is none else line.lstrip('\ufeff').rstrip('\r')) }}
{%- endmacro %}
