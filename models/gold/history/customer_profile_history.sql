with

versions as (
    select * from {{ ref('snp_sales__customer') }}
),

flagged as (
    select
        customer_key,
        customer_id,
        crm_id,
        full_name,
        email,
        country_code,
        phone,
        city,
        loyalty_points,
        accepts_newsletter,
        valid_from,
        valid_to,
        valid_to is null as is_current
    from versions
)

select * from flagged
