{# The run's start as a timestamp without zone in UTC: the same in every statement of a run. -#}
{% macro run_started() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as {{ medallion.sql_type('timestamp') }})
{%- endmacro %}
