{# A dotted path as an SQL literal with a JSON pointer: pointers need no quoting of odd field names. #}
{% macro json_pointer(path) -%}
    {%- set pointer = [] -%}
    {%- for part in medallion.path_parts(path) -%}
        {%- do pointer.append('/' ~ part | replace('~', '~0') | replace('/', '~1')) -%}
    {%- endfor -%}
    {{ medallion.literal(pointer | join('')) }}
{%- endmacro %}
