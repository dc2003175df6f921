{# Texts as SQL literals, in their order: one call for the many values of a statement. #}
{% macro literals(values) -%}
    {%- set found = [] -%}
    {%- for value in values %}{% do found.append(medallion.literal(value) | trim) %}{% endfor -%}
    {{ return(found) }}
{%- endmacro %}
