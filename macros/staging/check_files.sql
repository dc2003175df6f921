{#-
  Stops before anything is read when pending files cannot be read, naming all of them. Returns what
  inspect_text_files found of CSV files.
-#}
{% macro check_files(spec, files) -%}
    {%- if not files -%}{{ return({}) }}{%- endif -%}
    {%- set name = spec.system ~ '.' ~ spec.object -%}
    {%- set lines = medallion.inspect_text_files(files) if spec.format == 'csv' else {} -%}
    {%- set fault = medallion.utf8_fault(name) -%}
    {%- set paths = [] -%}
    {%- if spec.format == 'csv' -%}
        {%- for file in files if lines.get(file.path) is none %}{% do paths.append(file.path) %}{% endfor -%}
    {%- elif spec.format == 'json' -%}
        {%- set paths = medallion.broken_json_files(files) -%}
    {%- elif spec.format == 'parquet' -%}
        {%- set paths = medallion.broken_parquet_files(files) -%}
        {%- set fault = [
            'MED-STG-003 ' ~ name ~ ': not a whole Parquet file: ',
            '. Nothing was read. Deliver these files again: they are truncated, still being written, or of another format.',
        ] -%}
    {%- endif -%}
    {%- if paths -%}
        {%- set broken = [] -%}
        {%- for file in files if file.path in paths %}{% do broken.append(file.file) %}{% endfor -%}
        {{ exceptions.raise_compiler_error(fault[0] ~ broken | join(', ') ~ fault[1]) }}
    {%- endif -%}
    {{ return(lines) }}
{%- endmacro %}
