{# A span of time in words (`1 hour`, `90 minutes`, `1 day 2 hours`) as an SQL interval. #}
{% macro interval(text) -%}
    interval '{{ text | string | replace("'", "''") }}'
{%- endmacro %}
