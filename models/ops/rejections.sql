with

loads as (
    select * from {{ ref('loads') }}
    where started_at > {{ medallion.now_utc() }} - {{ medallion.interval('30 days') }}
),

reasons as (
    {{ medallion.json_counts('loads', ['system', 'object', 'started_at'], 'rejected_by_reason') }}
),

rules as (
    {{ medallion.json_counts('loads', ['system', 'object', 'started_at'], 'failed_by_rule') }}
),

counted as (
    select
        'reason' as kind,
        system,
        object,
        item as cause,
        started_at,
        row_count
    from reasons
    union all
    select
        'rule' as kind,
        system,
        object,
        item as cause,
        started_at,
        row_count
    from rules
),

summed as (
    select
        kind,
        system,
        object,
        cause,
        sum(row_count) as affected_rows,
        count(*) as load_count,
        max(started_at) as last_started_at
    from counted
    where row_count > 0
    group by kind, system, object, cause
)

select * from summed
