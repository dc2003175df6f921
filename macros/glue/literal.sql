{# A value as an SQL text literal; none is null. -#}
{% macro literal(value) -%}
    {{ return(adapter.dispatch('literal', 'medallion')(value)) }}
{%- endmacro %}

{% macro default__literal(value) -%}
    {{ 'null' if value is none else "'" ~ (value | string | replace("'", "''")) ~ "'" }}
{%- endmacro %}

{#- A backslash escapes there. -#}
{% macro spark__literal(value) -%}
    {{ 'null' if value is none else "'" ~ (value | string | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'" }}
{%- endmacro %}
