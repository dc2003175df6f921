with

observations as (
    select * from {{ ref('brz_weather__observations') }}
),

airports as (
    select * from {{ ref('brz_registry__airports') }}
),

judged as (
    select
        observations.airport,
        airports.airport_name,
        observations.observed_at,
        observations.temperature_f,
        observations.wind_speed_mph,
        coalesce(observations.wind_gust_mph, observations.wind_speed_mph) as strongest_wind_mph,
        observations.precipitation_inches,
        observations.visibility_miles,
        coalesce(observations.visibility_miles < 3, false)
        or coalesce(observations.precipitation_inches >= 0.1, false)
        or coalesce(observations.wind_gust_mph, observations.wind_speed_mph, 0) >= 30
            as is_adverse
    from observations
    left join airports on observations.airport = airports.airport
)

select * from judged
