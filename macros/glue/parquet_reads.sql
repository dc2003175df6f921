{#
  How to read Parquet files, one entry per schema: relation (SQL), columns (name -> mapping of sql and
  type), files. Files of different schemas are never left to the engine's union: it hides missing columns.
#}
{% macro parquet_reads(files) -%}
    {{ return(adapter.dispatch('parquet_reads', 'medallion')(files)) }}
{%- endmacro %}

{% macro default__parquet_reads(files) -%}
    {{ exceptions.raise_compiler_error('MED-STG-007 Parquet files cannot be read on ' ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__parquet_reads(files) -%}
    {%- set query -%}
        select file_name, md5(string_agg(concat_ws(' ', name, num_children, duckdb_type, logical_type), ',' order by column_id))
        from parquet_schema({{ medallion.path_list(files) }})
        group by file_name
    {%- endset -%}
    {%- set schemas = {} -%}
    {%- for row in run_query(query).rows -%}{%- do schemas.update({row[0]: row[1]}) -%}{%- endfor -%}
    {%- set groups = {} -%}
    {%- for file in files -%}
        {%- do groups.setdefault(schemas[file.path], []).append(file) -%}
    {%- endfor -%}
    {%- set reads = [] -%}
    {%- for members in groups.values() -%}
        {%- set relation = 'read_parquet(' ~ medallion.path_list(members) ~ ', filename = true, hive_partitioning = false)' -%}
        {%- do reads.append({
            'relation': relation, 'path': 's.filename', 'files': members,
            'columns': medallion.relation_columns('read_parquet(' ~ medallion.path_list(members[:1]) ~ ', hive_partitioning = false)'),
        }) -%}
    {%- endfor -%}
    {{ return(reads) }}
{%- endmacro %}

{% macro spark__parquet_reads(files) -%}
    {%- set as_they_are = {'schemaEvolutionMode': "'none'"} -%}
    {%- set groups = {} -%}
    {%- for file in files -%}
        {%- set columns = medallion.relation_columns(medallion.path_relation('parquet', [file], as_they_are)) -%}
        {%- do groups.setdefault(tojson(columns), {'columns': columns, 'files': []}).files.append(file) -%}
    {%- endfor -%}
    {%- set reads = [] -%}
    {%- for group in groups.values() -%}
        {%- do reads.append({
            'relation': medallion.path_relation('parquet', group.files, as_they_are), 'path': medallion.file_of_row(),
            'files': group.files, 'columns': group['columns'],
        }) -%}
    {%- endfor -%}
    {{ return(reads) }}
{%- endmacro %}
