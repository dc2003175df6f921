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
        {%- do lines.update({row[0]: none if row[1] is none else row[1].lstrip('\ufeff').rstrip('\r')}) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}

{% macro spark__inspect_text_files(files) -%}
    {%- set query -%}
        select
            {{ medallion.file_of_row() }},
            case when is_valid_utf8(cast(content as string))
                then substring_index(left(cast(content as string), 65536), '\n', 1) end
        from {{ medallion.path_relation('binaryFile', files) }}
    {%- endset -%}
    {%- set lines = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- do lines.update({row[0]: none if row[1] is none else row[1].lstrip('\ufeff').rstrip('\r')}) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}
