with

runs as (
    select * from {{ ref('node_runs') }}
),

judged as (
    select
        *,
        max(case when status in ('success', 'pass', 'warn') then run_started_at end) over (
            partition by node_id
        ) as succeeded_at
    from runs
),

failed as (
    select
        run_started_at,
        node_name,
        resource_type,
        layer,
        system,
        object,
        status,
        failures,
        message,
        attempt,
        coalesce(succeeded_at > run_started_at, false) as is_mended,
        invocation_id,
        node_id
    from judged
    where
        status in ('error', 'fail', 'runtime error')
        and run_started_at > {{ medallion.now_utc() }} - {{ medallion.interval('1 day') }}
)

select * from failed
