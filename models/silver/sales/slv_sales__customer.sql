with

accounts as (
    select * from {{ ref('brz_erp__customers') }}
),

crm as (
    select * from {{ ref('brz_crm__customers') }}
),

matches as (
    select * from {{ ref('slv_sales__customer_match') }}
),

countries as (
    select * from {{ ref('brz_ref__countries') }}
),

-- a record without a name and an e-mail is nobody
records as (
    select
        crm.crm_id,
        matches.customer_id,
        crm.display_name,
        lower(crm.email) as email,
        crm.phone,
        upper(crm.country) as country_code,
        crm.city,
        crm.accepts_newsletter = 1 as accepts_newsletter,
        crm.updated_at,
        row_number() over (
            partition by
                matches.customer_id,
                case when matches.customer_id is null then crm.crm_id end
            order by crm.updated_at desc nulls last, crm.crm_id desc nulls last
        ) as recency,
        count(*) over (
            partition by
                matches.customer_id,
                case when matches.customer_id is null then crm.crm_id end
        ) as crm_record_count
    from crm
    left join matches on crm.crm_id = matches.crm_id
    where crm.display_name is not null or crm.email is not null
),

newest_records as (
    select * from records
    where recency = 1
),

people as (
    select
        accounts.customer_id,
        newest_records.crm_id,
        accounts.full_name as erp_name,
        newest_records.display_name as crm_name,
        lower(accounts.email) as erp_email,
        newest_records.email as crm_email,
        erp_countries.code as erp_country_code,
        crm_countries.code as crm_country_code,
        newest_records.phone,
        newest_records.city,
        accounts.loyalty_points,
        newest_records.accepts_newsletter,
        accounts.updated_at as erp_updated_at,
        newest_records.updated_at as crm_updated_at,
        coalesce(newest_records.crm_record_count, 0) as crm_record_count,
        case
            when accounts.customer_id is null then false
            when newest_records.crm_id is null then true
            when newest_records.updated_at is null then true
            else coalesce(accounts.updated_at >= newest_records.updated_at, false)
        end as is_erp_newer
    from accounts
    full outer join newest_records on accounts.customer_id = newest_records.customer_id
    left join countries as erp_countries on upper(accounts.country) = erp_countries.code
    left join countries as crm_countries on newest_records.country_code = crm_countries.code
),

survivors as (
    select
        case
            when customer_id is null then {{ dbt.concat(["'crm:'", "crm_id"]) }}
            else {{ dbt.concat(["'erp:'", "cast(customer_id as " ~ dbt.type_string() ~ ")"]) }}
        end as customer_key,
        customer_id,
        crm_id,
        coalesce(erp_name, crm_name) as full_name,
        case
            when is_erp_newer then coalesce(erp_email, crm_email)
            else coalesce(crm_email, erp_email)
        end as email,
        case
            when is_erp_newer then coalesce(erp_country_code, crm_country_code)
            else coalesce(crm_country_code, erp_country_code)
        end as country_code,
        phone,
        city,
        loyalty_points,
        coalesce(accepts_newsletter, false) as accepts_newsletter,
        crm_record_count,
        case
            when is_erp_newer then erp_updated_at
            else coalesce(crm_updated_at, erp_updated_at)
        end as updated_at
    from people
)

select * from survivors
