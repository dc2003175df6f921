{# What a `create table` of our own needs to name its format. #}
{% macro table_format() -%}
    {{ return(adapter.dispatch('table_format', 'medallion')()) }}
{%- endmacro %}

{% macro default__table_format() -%}
{%- endmacro %}

{% macro spark__table_format() -%}
    using delta
{%- endmacro %}
