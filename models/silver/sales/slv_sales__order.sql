with

orders as (
    select * from {{ ref('brz_erp__orders') }}
),

order_lines as (
    select * from {{ ref('brz_erp__order_lines') }}
),

customers as (
    select * from {{ ref('slv_sales__customer') }}
),

line_totals as (
    select
        order_id,
        count(*) as line_count,
        sum(cast(qty * price as decimal(18, 4))) as lines_amount_eur
    from order_lines
    group by order_id
),

orders_with_totals as (
    select
        orders.order_id,
        orders.customer_id,
        customers.customer_key,
        orders.status,
        coalesce(orders.status in ('cancelled', 'returned'), false) as is_reversed,
        orders.is_gift,
        orders.ordered_at,
        cast(orders.ordered_at as date) as ordered_date,
        orders.amount as amount_eur,
        coalesce(line_totals.line_count, 0) as line_count,
        cast(line_totals.lines_amount_eur as decimal(18, 4)) as lines_amount_eur
    from orders
    left join line_totals on orders.order_id = line_totals.order_id
    left join customers on orders.customer_id = customers.customer_id
)

select * from orders_with_totals
