with

order_lines as (
    select * from {{ ref('slv_sales__order_line') }}
),

orders as (
    select * from {{ ref('slv_sales__order') }}
),

facts as (
    select
        cast(order_lines.order_id as bigint) as order_id,
        cast(order_lines.line_no as integer) as line_no,
        cast(coalesce(orders.customer_key, 'unknown') as {{ dbt.type_string() }}) as customer_key,
        cast(order_lines.sku as {{ dbt.type_string() }}) as sku,
        cast(order_lines.product_name as {{ dbt.type_string() }}) as product_name,
        cast(order_lines.category as {{ dbt.type_string() }}) as category,
        cast(orders.status as {{ dbt.type_string() }}) as order_status,
        cast(orders.is_reversed as boolean) as is_reversed,
        cast(orders.ordered_at as timestamp) as ordered_at,
        cast(orders.ordered_date as date) as ordered_date,
        cast(order_lines.quantity as integer) as quantity,
        cast(order_lines.unit_price_eur as decimal(12, 4)) as unit_price_eur,
        cast(order_lines.list_price_eur as decimal(10, 2)) as list_price_eur,
        cast(order_lines.line_amount_eur as decimal(18, 4)) as line_amount_eur,
        cast(order_lines.discount_eur as decimal(18, 4)) as discount_eur
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
)

select * from facts
