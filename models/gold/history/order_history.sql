with

versions as (
    select * from {{ ref('brz_erp__orders__history') }}
),

numbered as (
    select
        order_id,
        row_number() over (
            partition by order_id
            order by _start_sequence asc nulls last
        ) as version_number,
        customer_id,
        status,
        lag(status) over (
            partition by order_id
            order by _start_sequence asc nulls last
        ) as previous_status,
        amount as amount_eur,
        is_gift,
        ordered_at,
        valid_from,
        valid_to,
        is_current
    from versions
)

select * from numbered
