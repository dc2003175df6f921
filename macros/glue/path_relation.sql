{#
  Files as something that can stand behind `from`, read in a format of Spark's; one query, however many they are.
  `options` (name -> SQL of the value) is for Databricks, whose reader takes them in the same place.
#}
{% macro path_relation(format, files, options={}) -%}
    {{ return(adapter.dispatch('path_relation', 'medallion')(format, files, options)) }}
{%- endmacro %}

{% macro default__path_relation(format, files, options) -%}
    {{ return(format ~ '.`' ~ medallion.path_glob(files) ~ '`') }}
{%- endmacro %}

{% macro databricks__path_relation(format, files, options) -%}
    {%- set arguments = [medallion.literal(medallion.path_glob(files)), "format => '" ~ format ~ "'"] -%}
    {%- for option, value in options.items() %}{% do arguments.append(option ~ ' => ' ~ value) %}{% endfor -%}
    {{ return('read_files(' ~ arguments | join(', ') ~ ')') }}
{%- endmacro %}

{# A glob that matches just these files. The root stands in front: what begins with a brace is no absolute path. #}
{% macro path_glob(files) -%}
    {%- set root = modules.re.match('^(?:[A-Za-z0-9+.-]+:/+[^/]*)?/?', files[0].path).group(0) -%}
    {%- set paths = [] -%}
    {%- for file in files %}{% do paths.append(medallion.glob_literal(file.path[root | length:])) %}{% endfor -%}
    {{- root ~ (paths[0] if paths | length == 1 else '{' ~ paths | join(',') ~ '}') -}}
{%- endmacro %}

{# A path in which no character means anything to a glob. #}
{% macro glob_literal(path) -%}
    {{- modules.re.sub('([{}\\[\\]*?,\\\\])', '\\\\\\1', path) -}}
{%- endmacro %}

{# The path of the file that a row of path_relation comes from, as pending_files names it. #}
{% macro file_of_row() -%}
    {{- medallion.plain_path('_metadata.file_path') -}}
{%- endmacro %}

{# A file's URI, as Spark's functions give it, as pending_files names it; a volume's begins with dbfs:. #}
{% macro plain_path(expression) -%}
    regexp_replace(url_decode(replace({{ expression }}, '+', '%2B')), '^(file|dbfs):/+', '/')
{%- endmacro %}
