with

orders as (
    select * from {{ ref('slv_sales__order') }}
),

events as (
    select * from {{ ref('slv_web__event') }}
),

daily_orders as (
    select
        coalesce(customer_key, 'unknown') as customer_key,
        ordered_date as activity_date,
        count(*) as order_count,
        sum(amount_eur) as order_amount_eur,
        sum(case when is_reversed then 1 else 0 end) as reversed_order_count
    from orders
    where ordered_date is not null
    group by coalesce(customer_key, 'unknown'), ordered_date
),

-- anonymous readings belong to nobody, those of people who left to `unknown`
daily_events as (
    select
        coalesce(customer_key, 'unknown') as customer_key,
        event_date as activity_date,
        count(*) as event_count,
        sum(case when page_kind = 'product' then 1 else 0 end) as product_view_count,
        count(distinct device_id) as device_count,
        sum(case when is_slow then 1 else 0 end) as slow_event_count
    from events
    where customer_id is not null and event_date is not null
    group by coalesce(customer_key, 'unknown'), event_date
),

activity as (
    select
        cast(
            coalesce(daily_orders.customer_key, daily_events.customer_key)
            as {{ dbt.type_string() }}
        ) as customer_key,
        cast(
            coalesce(daily_orders.activity_date, daily_events.activity_date) as date
        ) as activity_date,
        cast(coalesce(daily_orders.order_count, 0) as bigint) as order_count,
        cast(coalesce(daily_orders.order_amount_eur, 0) as decimal(18, 2)) as order_amount_eur,
        cast(coalesce(daily_orders.reversed_order_count, 0) as bigint) as reversed_order_count,
        cast(coalesce(daily_events.event_count, 0) as bigint) as event_count,
        cast(coalesce(daily_events.product_view_count, 0) as bigint) as product_view_count,
        cast(coalesce(daily_events.device_count, 0) as bigint) as device_count,
        cast(coalesce(daily_events.slow_event_count, 0) as bigint) as slow_event_count,
        daily_orders.order_count is not null and daily_events.event_count is not null
            as has_browsed_and_ordered
    from daily_orders
    full outer join daily_events
        on
            daily_orders.customer_key = daily_events.customer_key
            and daily_orders.activity_date = daily_events.activity_date
)

select * from activity
