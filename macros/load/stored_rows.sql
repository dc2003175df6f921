{#-
  The rows that the bronze table holds, as the metadata describes them now: a column that the table
  does not have yet is filled from `_rescued`, and `_is_promoted` marks the rows in which that found the field.
-#}
{% macro stored_rows(spec, technical) -%}
    {%- set stored = medallion.stored_columns(this) -%}
    {%- set new = medallion._promoted_columns(spec, stored) -%}
    select
        {{ medallion.column_list(spec['keys']) }},
        {%- for column, type in spec['columns'].items() %}
        {% if column in new -%}
            {{ medallion.cast_safely(medallion.json_value('_rescued', new[column]), type) }} as {{ column }}
        {%- elif column | lower in stored -%}
            {{ column }}
        {%- else -%}
            cast(null as {{ medallion.sql_type(type) }}) as {{ column }}
        {%- endif %},
        {%- endfor %}
        {% if new %}{{ medallion.json_without('_rescued', new.values() | list) }} as _rescued{% else %}_rescued{% endif %},
        {{ medallion.column_list(technical) }},
        {% if new -%}
            coalesce({% for field in new.values() %}{{ medallion.json_has('_rescued', field) }}
            {{- ' or ' if not loop.last }}{% endfor %}, false)
        {%- else %}false{% endif %} as _is_promoted
    from {{ this }}
{%- endmacro %}

{#- Columns of the metadata that the table lacks, with the field of `_rescued` that holds their values. -#}
{% macro _promoted_columns(spec, stored) -%}
    {%- set new = {} -%}
    {%- for column in spec['columns'] if stored and column | lower not in stored -%}
        {%- do new.update({column: (spec.get('rescued_fields') or {}).get(column, column)}) -%}
    {%- endfor -%}
    {{ return(new) }}
{%- endmacro %}

{# The names of a table's columns in lower case; none while dbt only parses. -#}
{% macro stored_columns(relation) -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) %}{% do names.append(column.name | lower) %}{% endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}
