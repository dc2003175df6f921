with

signs (mark, kind) as (
    values
    ('MED-STG-004', 'missing_column'),
    ('MED-STG-005', 'new_column'),
    ('MED-STG-006', 'type_change'),
    ('MED-LOAD-001', 'changed_definition'),
    ('MED-LOAD-003', 'changed_type'),
    ('enforced contract', 'broken_contract')
),

tolerated as (
    select * from {{ medallion.ops_relation('read_log') }}
    where kind = 'drift'
),

failed as (
    select * from {{ ref('node_runs') }}
    where status = 'error'
),

refused as (
    select
        failed.*,
        signs.kind
    from failed
    inner join signs on failed.message like '%' || signs.mark || '%'
),

events as (
    select
        recorded_at,
        system,
        object,
        'staging' as layer,
        reason as kind,
        column_name as source_column,
        policy as outcome,
        row_count as affected_rows,
        raw as first_values,
        source_file,
        source_line,
        load_id,
        cast(null as {{ medallion.sql_type('text') }}) as node_name,
        cast(null as {{ medallion.sql_type('text') }}) as message
    from tolerated
    union all
    select
        run_started_at as recorded_at,
        system,
        object,
        layer,
        kind,
        null as source_column,
        'fail' as outcome,
        null as affected_rows,
        null as first_values,
        null as source_file,
        null as source_line,
        null as load_id,
        node_name,
        message
    from refused
)

select * from events
