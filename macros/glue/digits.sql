{#
  All digits of a text as one bigint (`mysql-bin.000012` is 12); null where there is none, or more than a
  bigint holds.
#}
{% macro digits(expression) -%}
    {{ return(adapter.dispatch('digits', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__digits(expression) -%}
    try_cast(regexp_replace({{ expression }}, '[^0-9]', '') as bigint)
{%- endmacro %}

{#- Without `g` only the first match would be replaced. -#}
{% macro duckdb__digits(expression) -%}
    try_cast(regexp_replace({{ expression }}, '[^0-9]', '', 'g') as bigint)
{%- endmacro %}
