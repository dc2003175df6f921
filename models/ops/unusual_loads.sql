with

loads as (
    select * from {{ ref('loads') }}
    where status = 'applied' and rows_staged is not null
),

compared as (
    select
        *,
        avg(rows_staged) over (
            partition by system, object
            order by load_id
            rows between 10 preceding and 1 preceding
        ) as usual_rows,
        count(*) over (
            partition by system, object
            order by load_id
            rows between 10 preceding and 1 preceding
        ) as earlier_loads
    from loads
),

unusual as (
    select
        system,
        object,
        load_id,
        started_at,
        rows_staged,
        round(usual_rows, 1) as usual_rows,
        earlier_loads,
        case when rows_staged > usual_rows then 'more' else 'fewer' end as direction
    from compared
    where
        earlier_loads >= 5
        and greatest(rows_staged, usual_rows) >= 100
        and (rows_staged >= 3 * usual_rows or 3 * rows_staged <= usual_rows)
)

select * from unusual
