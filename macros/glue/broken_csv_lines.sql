{#
  What the engine cannot read of CSV files, as texts: a quoted value without its end, text behind a closing
  quote, more fields than spare columns take. `reads` are entries of csv_reads.
#}
{% macro broken_csv_lines(reads) -%}
    {{ return(adapter.dispatch('broken_csv_lines', 'medallion')(reads)) }}
{%- endmacro %}

{% macro default__broken_csv_lines(reads) -%}
    {{ return([]) }}
{%- endmacro %}

{#- The first error of each line; the tables are temporary, each thread of dbt has its own. -#}
{% macro duckdb__broken_csv_lines(reads) -%}
    {%- set faults = medallion._open_quotes(reads | map(attribute='files') | sum(start=[])) -%}
    {%- for read in reads -%}
        {%- do run_query('drop table if exists temp.medallion_rejects; drop table if exists temp.medallion_scans') -%}
        {%- do run_query('select count(*) from ' ~ (read.relation | trim)[:-1]
            ~ ", store_rejects = true, rejects_table = 'medallion_rejects', rejects_scan = 'medallion_scans')") -%}
        {%- set query -%}
            select s.file_path, r.line, min_by(r.error_message, r.column_idx)
            from temp.medallion_rejects as r
            inner join temp.medallion_scans as s on r.scan_id = s.scan_id and r.file_id = s.file_id
            group by all order by 1, 2 limit 20
        {%- endset -%}
        {%- set names = {} -%}
        {%- for file in read.files %}{% do names.update({file.path: file.file}) %}{% endfor -%}
        {%- for row in run_query(query).rows -%}
            {%- do faults.append(names.get(row[0], row[0]) ~ ' line ' ~ (row[1] | int) ~ ': ' ~ row[2]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(faults) }}
{%- endmacro %}

{#- DuckDB reads a quoted value without its end, and all lines behind it, as one short row. -#}
{% macro _open_quotes(files) -%}
    {%- set query -%}
        select filename from read_text({{ medallion.path_list(files) }})
        where (length(content) - length(replace(content, '"', ''))) % 2 = 1 and regexp_matches(
            regexp_replace(content, '(^\x{FEFF}?|[,;\t|\n])"(?:[^"]|"")*"', '\1', 'g'), '(?:^\x{FEFF}?|[,;\t|\n])"'
        )
    {%- endset -%}
    {%- set open = run_query(query).columns[0].values() | list -%}
    {%- set faults = [] -%}
    {%- for file in files if file.path in open %}{% do faults.append(file.file ~ ': a quoted value has no end') %}{% endfor -%}
    {{ return(faults) }}
{%- endmacro %}
