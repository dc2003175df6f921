{# The paths of files as an SQL list. #}
{% macro path_list(files) -%}
    [{% for file in files %}{{ medallion.literal(file.path) }}{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro %}
