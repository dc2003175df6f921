with

customers as (
    select * from {{ ref('slv_sales__customer') }}
),

countries as (
    select * from {{ ref('brz_ref__countries') }}
),

known as (
    select
        customers.customer_key,
        customers.customer_id,
        customers.crm_id,
        customers.full_name,
        customers.email,
        customers.country_code,
        countries.name as country_name,
        countries.region,
        coalesce(customers.loyalty_points, 0) as loyalty_points,
        customers.accepts_newsletter,
        customers.customer_id is not null as has_account,
        customers.updated_at
    from customers
    left join countries on customers.country_code = countries.code
),

-- facts about people who are in no source any more point here
unknown as (
    select
        'unknown' as customer_key,
        null as customer_id,
        null as crm_id,
        null as full_name,
        null as email,
        null as country_code,
        null as country_name,
        null as region,
        0 as loyalty_points,
        false as accepts_newsletter,
        false as has_account,
        null as updated_at
),

all_customers as (
    select * from known
    union all
    select * from unknown
),

typed as (
    select
        cast(customer_key as {{ dbt.type_string() }}) as customer_key,
        cast(customer_id as bigint) as customer_id,
        cast(crm_id as {{ dbt.type_string() }}) as crm_id,
        cast(full_name as {{ dbt.type_string() }}) as full_name,
        cast(email as {{ dbt.type_string() }}) as email,
        cast(country_code as {{ dbt.type_string() }}) as country_code,
        cast(country_name as {{ dbt.type_string() }}) as country_name,
        cast(region as {{ dbt.type_string() }}) as region,
        cast(loyalty_points as integer) as loyalty_points,
        cast(accepts_newsletter as boolean) as accepts_newsletter,
        cast(has_account as boolean) as has_account,
        cast(updated_at as timestamp) as updated_at
    from all_customers
)

select * from typed
