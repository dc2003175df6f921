with

versions as (
    select * from {{ ref('brz_operations__flights__history') }}
),

planes as (
    select * from {{ ref('brz_registry__planes') }}
),

airport_hours as (
    select * from {{ ref('slv_weather__airport_hour') }}
),

-- a cancelled flight is deleted: its last version is closed and nothing follows
ranked as (
    select
        *,
        row_number() over (
            partition by carrier, flight_number, origin, flight_date
            order by _start_sequence desc
        ) as newest,
        max(case when status = 'departed' then valid_from end) over (
            partition by carrier, flight_number, origin, flight_date
        ) as departed_at
    from versions
),

flights as (
    select
        ranked.carrier,
        ranked.flight_number,
        ranked.origin,
        ranked.flight_date,
        ranked.destination,
        ranked.distance_miles,
        ranked.tail_number,
        planes.seats,
        case when ranked.is_current then ranked.status else 'cancelled' end as status,
        not ranked.is_current as is_cancelled,
        ranked.scheduled_departure_at,
        ranked.departed_at,
        case
            when ranked.is_current and ranked.status in ('arrived', 'diverted')
                then ranked.valid_from
        end as arrived_at,
        ranked.departure_delay_minutes,
        ranked.arrival_delay_minutes,
        coalesce(ranked.arrival_delay_minutes < 15, false) as is_on_time,
        airport_hours.is_adverse as is_adverse_weather
    from ranked
    left join planes on ranked.tail_number = planes.tail_number
    left join airport_hours
        on
            ranked.origin = airport_hours.airport
            and date_trunc('hour', ranked.scheduled_departure_at) = airport_hours.observed_at
    where ranked.newest = 1
)

select * from flights
