with

order_lines as (
    select * from {{ ref('brz_erp__order_lines') }}
),

orders as (
    select * from {{ ref('slv_sales__order') }}
),

prices as (
    select * from {{ ref('brz_ref__prices') }}
),

priced_lines as (
    select
        order_lines.order_id,
        order_lines.line_no,
        order_lines.sku,
        order_lines.qty,
        order_lines.price,
        orders.ordered_date,
        prices.product_name,
        prices.category,
        prices.list_price,
        row_number() over (
            partition by order_lines.order_id, order_lines.line_no
            order by prices.valid_from desc nulls last
        ) as price_recency
    from order_lines
    left join orders on order_lines.order_id = orders.order_id
    left join prices
        on
            order_lines.sku = prices.sku
            and orders.ordered_date >= prices.valid_from
),

lines as (
    select
        order_id,
        line_no,
        sku,
        product_name,
        category,
        ordered_date,
        qty as quantity,
        price as unit_price_eur,
        list_price as list_price_eur,
        cast(qty * price as decimal(18, 4)) as line_amount_eur,
        cast(qty * (list_price - price) as decimal(18, 4)) as discount_eur
    from priced_lines
    where price_recency = 1
)

select * from lines
