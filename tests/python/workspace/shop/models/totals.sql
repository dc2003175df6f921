{{ config(materialized='table') }}
select
    count(*) as orders,
    cast(sum(amount) as decimal(18, 2)) as amount
from {{ ref('stg_orders') }}
