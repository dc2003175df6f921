{# The columns of anything that can stand behind `from`: name -> mapping of sql (under the alias s) and native type. #}
{% macro relation_columns(relation) -%}
    {%- set columns = {} -%}
    {%- for row in run_query('describe select * from ' ~ relation).rows -%}
        {%- do columns.update({row[0]: {'sql': 's.' ~ adapter.quote(row[0]), 'type': row[1]}}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
