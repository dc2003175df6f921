{#
  A boolean expression that stops the statement with the given SQL text as its error. It runs inside the
  SELECT, so a refused load leaves its target as it was.
-#}
{% macro raise_error(message) -%}
    {{ return(adapter.dispatch('raise_error', 'medallion')(message)) }}
{%- endmacro %}

{% macro default__raise_error(message) -%}
    cast(case when {{ message }} is not null then raise_error({{ message }}) end as boolean)
{%- endmacro %}

{% macro duckdb__raise_error(message) -%}
    cast(error({{ message }}) as boolean)
{%- endmacro %}
