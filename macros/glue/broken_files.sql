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
