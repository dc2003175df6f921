{#- Whether the insert-only tables are there: the commands that load have just made them, others have to ask. -#}
{% macro ops_tables_exist() -%}
    {%- if medallion.makes_ops_tables() -%}{{ return(true) }}{%- endif -%}
    {%- set table = medallion.ops_relation('loaded_files') -%}
    {{ return(adapter.get_relation(table.database, table.schema, table.identifier) is not none) }}
{%- endmacro %}

{% macro makes_ops_tables() -%}
    {{ return(flags.WHICH in ['build', 'run', 'test', 'snapshot', 'seed', 'retry']) }}
{%- endmacro %}
