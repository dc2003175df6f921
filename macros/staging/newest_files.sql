{#-
  Of the waiting snapshots of a full load without scope whose version is its file's, only the newest is
  read: the older ones are overtaken. Rows of a snapshot with its version in a column are chosen by
  newest_rows.
-#}
{% macro newest_files(spec, files) -%}
    {%- set source = (spec.get('sequence') or [{'source': '_file_time'}])[0].source -%}
    {%- if spec.load != 'full' or spec.get('scope') or spec.format == 'delta' or source not in ['_file_time', '_file_name', '_file_number'] -%}
        {{ return(files) }}
    {%- endif -%}
    {%- set newest = {'version': none, 'files': []} -%}
    {%- for file in files -%}
        {%- set name = file.file.split('/')[-1] -%}
        {%- set version = {'_file_time': file.modified_at, '_file_name': name}.get(source) or modules.re.sub('[^0-9]', '', name) | int(-1) -%}
        {%- if newest.version is none or version > newest.version -%}
            {%- do newest.update({'version': version, 'files': [file]}) -%}
        {%- elif version == newest.version -%}
            {%- do newest.files.append(file) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(newest.files) }}
{%- endmacro %}
