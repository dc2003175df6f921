with

loads as (
    select * from {{ ref('loads') }}
    where started_at > {{ medallion.now_utc() }} - {{ medallion.interval('30 days') }}
),

reasons as (
    {{ medallion.json_fields('loads', ['system', 'object', 'started_at'], 'rejected_by_reason') }}
),

rules as (
    {{ medallion.json_fields('loads', ['system', 'object', 'started_at'], 'failed_by_rule') }}
),

counted as (
    select
        'reason' as kind,
        system,
        object,
        item as cause,
        started_at,
        cast(item_value as bigint) as counted_rows
    from reasons
    union all
    select
        'rule' as kind,
        system,
        object,
        item as cause,
        started_at,
        cast(item_value as bigint) as counted_rows
    from rules
),

summed as (
    select
        kind,
        system,
        object,
        cause,
        sum(counted_rows) as affected_rows,
        count(*) as load_count,
        max(started_at) as last_started_at
    from counted
    where counted_rows > 0
    group by kind, system, object, cause
)

select * from summed
