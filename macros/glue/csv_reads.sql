{#
  How to read CSV files, one entry per header: relation (SQL), path (SQL), columns (name in the header -> mapping of
  sql and type), files, spare (SQL of the fields that are too much) and malformed (SQL: the row has not as many
  fields as the header). `lines` is what inspect_text_files found, `reader` a name that no other reader of the session has.
#}
{% macro csv_reads(files, lines, known, reader) -%}
    {%- set groups = {} -%}
    {%- for file in files -%}
        {%- do groups.setdefault(lines[file.path], []).append(file) -%}
    {%- endfor -%}
    {%- set reads = [] -%}
    {%- for line, members in groups.items() -%}
        {%- set header = medallion.csv_header(line, known) -%}
        {%- set names = [] -%}
        {%- for name in header.names %}{% do names.append('c' ~ loop.index) %}{% endfor -%}
        {%- set spare = ['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8'] -%}
        {%- set read = medallion.csv_read(members, header.delimiter, names, spare, reader ~ '_' ~ loop.index) -%}
        {%- set columns = {} -%}
        {%- for name in header.names -%}
            {%- do columns.update({name: {'sql': 'nullif(s.c' ~ loop.index ~ ", '')", 'type': read['type']}}) -%}
        {%- endfor -%}
        {%- do reads.append(dict(read, columns=columns, files=members)) -%}
    {%- endfor -%}
    {{ return(reads) }}
{%- endmacro %}

{# The part of an entry of csv_reads that the engine knows, and the `type` of its texts. -#}
{% macro csv_read(files, delimiter, names, spare, reader) -%}
    {{ return(adapter.dispatch('csv_read', 'medallion')(files, delimiter, names, spare, reader)) }}
{%- endmacro %}

{% macro default__csv_read(files, delimiter, names, spare, reader) -%}
    {{ exceptions.raise_compiler_error('MED-STG-007 CSV files cannot be read on ' ~ adapter.type()) }}
{%- endmacro %}

{#-
  Nothing is left to DuckDB's sniffer: on a ragged file it skips lines. A null text that never occurs
  makes a short row's missing fields null and empty fields '', and spare columns take what is too much.
-#}
{% macro duckdb__csv_read(files, delimiter, names, spare, reader) -%}
    {%- set relation -%}
read_csv(
            {{ medallion.path_list(files) }}, auto_detect = false, header = true, filename = true, parallel = false,
            delim = {{ medallion.literal(delimiter) }}, quote = '"', escape = '"', nullstr = chr(1), null_padding = true,
            columns = { {%- for name in names + spare %}'{{ name }}': 'VARCHAR'{{ ', ' if not loop.last }}{% endfor -%} }
        )
    {%- endset -%}
    {{ return({
        'relation': relation, 'path': 's.filename', 'type': 'VARCHAR',
        'spare': spare | map('replace', 'x', 's.x', 1) | list, 'malformed': 's.' ~ names[-1] ~ ' is null or s.x1 is not null',
    }) }}
{%- endmacro %}

{#-
  For Spark a missing field and an empty one are both null, but its reader keeps the text of each row whose fields are not as many
  as its columns: that row is read again.
-#}
{% macro spark__csv_read(files, delimiter, names, spare, reader) -%}
    {%- set options = {
        'sep': medallion.literal(delimiter), 'quote': "'\"'", 'escape': "'\"'", 'nullValue': "'\\u0001'", 'emptyValue': "''", 'maxCharsPerColumn': "'-1'"
    } -%}
    {%- set rows = medallion._csv_rows(files, names + ['_row'], dict(options, multiLine="'true'", encoding="'UTF-8'", columnNameOfCorruptRecord="'_row'"), reader) -%}
    {%- set relation -%}
(
        select *, {{ rows.path }} as _path, {{ medallion._csv_fields('_row', names + spare, options) }} as _fields
        from {{ rows.relation }}
    )
    {%- endset -%}
    {{ return({
        'relation': relation, 'path': 's._path', 'type': 'string',
        'spare': spare | map('replace', 'x', 's._fields.x', 1) | list, 'malformed': 's._row is not null',
    }) }}
{%- endmacro %}

{# The rows below the header of CSV files, fields by their place: `relation`, and `path`, SQL of the file a row comes from. -#}
{% macro _csv_rows(files, columns, options, reader) -%}
    {{ return(adapter.dispatch('_csv_rows', 'medallion')(files, columns, options, reader)) }}
{%- endmacro %}

{#- A file reader with options needs a name: a view of this session's, which hides `_metadata`. -#}
{% macro default___csv_rows(files, columns, options, reader) -%}
    {%- set view = 'medallion_csv_' ~ reader -%}
    {%- set statement -%}
        create or replace temporary view {{ view }} ({{ columns | join(' string, ') }} string)
        using csv options (
            path {{ medallion.literal(medallion.path_glob(files)) }}, header 'true'
            {%- for option, value in options.items() %}, {{ option }} {{ value }}{% endfor %}
        )
    {%- endset -%}
    {%- do run_query(statement) -%}
    {{ return({'relation': view, 'path': medallion.plain_path('input_file_name()')}) }}
{%- endmacro %}

{#- With `header` Databricks would find the columns by their names. -#}
{% macro databricks___csv_rows(files, columns, options, reader) -%}
    {%- set schema = medallion.literal(columns | join(' string, ') ~ ' string') -%}
    {%- set relation = medallion.path_relation('csv', files, dict(options, schema=schema, skipRows='1')) -%}
    {{ return({'relation': relation, 'path': medallion.file_of_row()}) }}
{%- endmacro %}

{% macro _csv_fields(text, columns, options) -%}
    from_csv({{ text }}, '{{ columns | join(' string, ') }} string', map(
        {%- for option, value in options.items() %}'{{ option }}', {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    ))
{%- endmacro %}
