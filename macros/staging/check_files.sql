{#-
  Stops before anything is read when pending files cannot be read, naming all of them. Returns what
  inspect_text_files found of CSV files. JSON files are looked at up to 32 MB in all: beyond that the reader's
  own error, which names the first such file, costs nothing.
-#}
{% macro check_files(spec, files) -%}
    {%- set lines = {} -%}
    {%- set broken = [] -%}
    {%- if not files -%}{{ return(lines) }}{%- endif -%}
    {%- if spec.format == 'csv' or (spec.format == 'json' and files | sum(attribute='size') <= 33554432) -%}
        {%- do lines.update(medallion.inspect_text_files(files) if spec.format == 'csv' else medallion.inspect_json_files(files)) -%}
        {%- for file in files if lines.get(file.path) is none %}{% do broken.append(file.file) %}{% endfor -%}
        {%- set fault = 'MED-STG-002 %s: not valid UTF-8' -%}
        {%- set mend = 'Ask for these files in UTF-8, or convert them (iconv -f latin1 -t utf-8).' -%}
    {%- elif spec.format == 'parquet' -%}
        {%- set paths = medallion.broken_parquet_files(files) -%}
        {%- for file in files if file.path in paths %}{% do broken.append(file.file) %}{% endfor -%}
        {%- set fault = 'MED-STG-003 %s: not a whole Parquet file' -%}
        {%- set mend = 'Deliver these files again: they are truncated, still being written, or of another format.' -%}
    {%- endif -%}
    {%- if broken -%}
        {{ exceptions.raise_compiler_error(
            fault | replace('%s', spec.system ~ '.' ~ spec.object) ~ ': ' ~ broken | join(', ') ~ '. Nothing was read. ' ~ mend
        ) }}
    {%- endif -%}
    {{ return(lines) }}
{%- endmacro %}
