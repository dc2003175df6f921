{#- Creates the insert-only tables behind the loads where they do not exist yet; runs before every dbt command. -#}
{% macro create_ops_tables() -%}
    {%- if execute and medallion.makes_ops_tables() -%}
        {%- do adapter.create_schema(medallion.ops_relation('read_log')) -%}
        {%- do run_query(medallion._ops_table('read_log', {
            'entry_id': 'text', 'kind': 'text', 'system': 'text', 'object': 'text', 'model': 'text', 'reason': 'text',
            'rules': 'text', 'column_name': 'text', 'policy': 'text', 'row_count': 'bigint', 'raw': 'text', 'source_file': 'text',
            'source_line': 'bigint', 'size': 'bigint', 'modified_at': 'timestamp', 'columns': 'text', 'load_id': 'text',
            'recorded_at': 'timestamp',
        })) -%}
        {%- do run_query(medallion._ops_table('load_state', {
            'system': 'text', 'object': 'text', 'model': 'text', 'load_id': 'text',
            'watermark': 'text', 'source_version': 'text', 'scope': 'text', 'live_keys': 'bigint',
            'fingerprint': 'text', 'recorded_at': 'timestamp',
        })) -%}
        {%- do run_query(medallion._ops_table('quarantine_decisions', {
            'entry_id': 'text', 'system': 'text', 'object': 'text', 'decision': 'text', 'payload': 'text',
            'decided_at': 'timestamp',
        })) -%}
        {%- do run_query(medallion._loaded_files_view()) -%}
        {%- do run_query(medallion._quarantine_view()) -%}
        {%- for name in ['load_log', 'run_log'] -%}
            {%- do run_query(medallion._ops_table(name, medallion.log_columns(name))) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# The view ops.loaded_files: which read took which file, of ops.read_log. -#}
{% macro _loaded_files_view() -%}
    create or replace view {{ medallion.ops_relation('loaded_files') }} as
    select system, object, model, source_file as file, size, modified_at, columns, load_id, recorded_at
    from {{ medallion.ops_relation('read_log') }}
    where kind = 'file'
{%- endmacro %}

{% macro _ops_table(name, columns) -%}
    create table if not exists {{ medallion.ops_relation(name) }} (
    {%- for column, type in columns.items() %}
        {{ column }} {{ medallion.sql_type(type) }}{{ ',' if not loop.last }}
    {%- endfor %}
    ) {{ medallion.table_format() }}
{%- endmacro %}
