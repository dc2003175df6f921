{#- The staging columns without a row. -#}
{% macro stage_empty(spec) -%}
select
    {%- for name, type in medallion.staging_columns(spec).items() %}
    cast(null as {{ medallion.sql_type(type) }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
where 1 = 0
{%- endmacro %}

{# The columns of a staging model in order, name -> metadata type. #}
{% macro staging_columns(spec) -%}
    {%- set columns = {} -%}
    {%- for column in medallion._stage_columns(spec) -%}
        {%- do columns.update({column.name: column['type']}) -%}
    {%- endfor -%}
    {%- do columns.update({
        '_rescued': 'text', '_not_sent': 'text', '_op': 'text', '_sequence': spec.get('sequence_type') or 'text',
        '_event_time': spec.get('event_time_type') or 'text', '_reject_reason': 'text', '_failed_rules': 'text',
        '_raw': 'text', '_source_file': 'text', '_source_line': 'bigint', '_load_id': 'text',
    }) -%}
    {{ return(columns) }}
{%- endmacro %}
