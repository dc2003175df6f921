with

versions as (
    select * from {{ ref('brz_erp__customers__history') }}
),

numbered as (
    select
        customer_id,
        row_number() over (
            partition by customer_id
            order by _start_sequence asc nulls last
        ) as version_number,
        full_name,
        email,
        country as country_code,
        loyalty_points,
        updated_at,
        valid_from,
        valid_to,
        is_current
    from versions
)

select * from numbered
