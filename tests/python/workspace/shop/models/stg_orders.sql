{{ config(materialized='view') }}
select
    cast(id as bigint) as id,
    cast(customer as string) as customer,
    cast(amount as decimal(18, 2)) * {{ var('factor', 1) }} as amount,
    cast(updated_at as timestamp) + make_interval(0, 0, 0, {{ var('factor', 1) }}) as updated_at
from {{ ref('orders') }}
where id <> {{ var('without', 3) }}
