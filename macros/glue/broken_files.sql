{#
  Which Parquet files are none or not whole: a list of paths. Only the marks at both ends and the length
  of the footer are looked at. Very large files are left to the engine's own error, because reading them twice costs too much.
#}
{% macro broken_parquet_files(files) -%}
    {{ return(adapter.dispatch('broken_parquet_files', 'medallion')(files)) }}
{%- endmacro %}

{% macro default__broken_parquet_files(files) -%}
    {{ return([]) }}
{%- endmacro %}

{% macro duckdb__broken_parquet_files(files) -%}
    {%- set small = files | selectattr('size', 'lt', 268435456) | list -%}
    {%- if not small -%}{{ return([]) }}{%- endif -%}
    {%- set query -%}
        select filename from read_blob({{ medallion.path_list(small) }})
        where size < 12 or hex(content[:4]) <> '50415231' or hex(content[-4:]) <> '50415231'
            or cast('0x' || hex(content[-5:-5]) || hex(content[-6:-6]) || hex(content[-7:-7]) || hex(content[-8:-8]) as bigint) > size - 12
        order by filename
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{% macro spark__broken_parquet_files(files) -%}
    {%- set small = files | selectattr('size', 'lt', 268435456) | list -%}
    {%- if not small -%}{{ return([]) }}{%- endif -%}
    {%- set query -%}
        select {{ medallion.file_of_row() }} from {{ medallion.path_relation('binaryFile', small) }}
        where length < 12 or hex(left(content, 4)) <> '50415231' or hex(right(content, 4)) <> '50415231'
        order by 1
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#
  Which files of JSON lines are not UTF-8: a list of paths. Asked of DuckDB up to 32 MB in all: beyond that its reader's own error,
  which names the first such file, costs nothing. Spark's read_lines tells it itself.
#}
{% macro broken_json_files(files) -%}
    {{ return(adapter.dispatch('broken_json_files', 'medallion')(files)) }}
{%- endmacro %}

{% macro default__broken_json_files(files) -%}
    {{ return([]) }}
{%- endmacro %}

{% macro duckdb__broken_json_files(files) -%}
    {%- set broken = [] -%}
    {%- if files | sum(attribute='size') <= 33554432 -%}
        {%- set lines = medallion.inspect_text_files(files) -%}
        {%- for file in files if lines.get(file.path) is none %}{% do broken.append(file.path) %}{% endfor -%}
    {%- endif -%}
    {{ return(broken) }}
{%- endmacro %}

{# The error of text that is not UTF-8, in two parts: what stands before the names of the files, and what behind. -#}
{% macro utf8_fault(name) -%}
    {{ return([
        'MED-STG-002 ' ~ name ~ ': not valid UTF-8: ',
        '. Nothing was read. Ask for these files in UTF-8, or convert them (iconv -f latin1 -t utf-8).',
    ]) }}
{%- endmacro %}
