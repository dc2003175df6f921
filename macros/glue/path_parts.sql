{# The fields of a dotted path as a list; a field that contains a dot stands in double quotes. #}
{% macro path_parts(path) -%}
    {%- set parts = [] -%}
    {%- for found in modules.re.findall('"([^"]+)"|([^."]+)', path) -%}
        {%- do parts.append(found[0] or found[1]) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}
