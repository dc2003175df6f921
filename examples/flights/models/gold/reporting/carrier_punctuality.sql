with

flights as (
    select * from {{ ref('slv_operations__flight') }}
),

airlines as (
    select * from {{ ref('brz_registry__airlines') }}
),

monthly as (
    select
        carrier,
        origin,
        cast(date_trunc('month', flight_date) as date) as flight_month,
        count(*) as flight_count,
        sum(case when is_cancelled then 1 else 0 end) as cancelled_count,
        sum(case when status = 'diverted' then 1 else 0 end) as diverted_count,
        sum(case when status = 'arrived' then 1 else 0 end) as arrived_count,
        sum(case when is_on_time then 1 else 0 end) as on_time_count,
        avg(departure_delay_minutes) as departure_delay_minutes,
        avg(arrival_delay_minutes) as arrival_delay_minutes,
        max(arrival_delay_minutes) as worst_arrival_delay_minutes,
        sum(case when is_adverse_weather then 1 else 0 end) as adverse_weather_count,
        sum(case when is_adverse_weather and is_cancelled then 1 else 0 end)
            as adverse_weather_cancelled_count,
        avg(case when is_adverse_weather then departure_delay_minutes end)
            as adverse_weather_departure_delay_minutes,
        avg(case when not is_adverse_weather then departure_delay_minutes end)
            as fair_weather_departure_delay_minutes
    from flights
    where status <> 'scheduled'
    group by carrier, origin, cast(date_trunc('month', flight_date) as date)
),

punctuality as (
    select
        cast(monthly.carrier as {{ dbt.type_string() }}) as carrier,
        cast(airlines.carrier_name as {{ dbt.type_string() }}) as carrier_name,
        cast(monthly.origin as {{ dbt.type_string() }}) as origin,
        monthly.flight_month,
        cast(monthly.flight_count as bigint) as flight_count,
        cast(monthly.cancelled_count as bigint) as cancelled_count,
        cast(monthly.diverted_count as bigint) as diverted_count,
        cast(monthly.arrived_count as bigint) as arrived_count,
        cast(monthly.on_time_count as bigint) as on_time_count,
        cast(monthly.on_time_count as double) / monthly.flight_count as on_time_rate,
        cast(monthly.departure_delay_minutes as double) as departure_delay_minutes,
        cast(monthly.arrival_delay_minutes as double) as arrival_delay_minutes,
        cast(monthly.worst_arrival_delay_minutes as bigint) as worst_arrival_delay_minutes,
        cast(monthly.adverse_weather_count as bigint) as adverse_weather_count,
        cast(monthly.adverse_weather_cancelled_count as bigint)
            as adverse_weather_cancelled_count,
        cast(monthly.adverse_weather_departure_delay_minutes as double)
            as adverse_weather_departure_delay_minutes,
        cast(monthly.fair_weather_departure_delay_minutes as double)
            as fair_weather_departure_delay_minutes
    from monthly
    left join airlines on monthly.carrier = airlines.carrier
)

select * from punctuality
