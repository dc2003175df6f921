{{ config(materialized='table', contract={'enforced': true}) }}
select id, customer
from {{ ref('merged') }}
