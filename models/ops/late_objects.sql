with

loads as (
    select * from {{ ref('loads') }}
),

ranked as (
    select
        *,
        max(case when status = 'applied' then started_at end) over (
            partition by system, object
        ) as fresh_at,
        row_number() over (partition by system, object order by load_id desc) as load_rank
    from loads
),

late as (
    select
        system,
        object,
        fresh_at,
        expected_every_seconds,
        ({{ medallion.epoch_us(medallion.now_utc()) }} - {{ medallion.epoch_us('fresh_at') }})
        / 1000000 as age_seconds,
        status as last_status,
        started_at as last_started_at,
        message as last_message
    from ranked
    where load_rank = 1 and expected_every_seconds is not null
)

select * from late
where age_seconds is null or age_seconds > expected_every_seconds
