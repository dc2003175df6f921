with

events as (
    select * from {{ ref('brz_web__events') }}
),

customers as (
    select * from {{ ref('slv_sales__customer') }}
),

enriched as (
    select
        events.event_id,
        events.event_type,
        events.occurred_at,
        events.received_at,
        cast(events.occurred_at as date) as event_date,
        events.received_at > {{ dbt.dateadd('hour', 1, 'events.occurred_at') }} as is_delayed,
        events.device_id,
        events.device_kind,
        events.customer_id,
        customers.customer_key,
        events.page,
        case
            when events.page = '/' then 'home'
            when events.page = '/search' then 'search'
            when events.page like '/p/%' then 'product'
            when events.page in ('/cart', '/checkout') then 'basket'
            else 'other'
        end as page_kind,
        case when events.page like '/p/%' then substring(events.page, 4) end as sku,
        events.load_ms,
        coalesce(events.load_ms > 30000, false) as is_slow
    from events
    left join customers on events.customer_id = customers.customer_id
)

select * from enriched
