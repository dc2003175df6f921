{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id') }}
select id, customer, cast(amount as decimal(18, 2)) as amount
from {{ ref('stg_orders') }}
