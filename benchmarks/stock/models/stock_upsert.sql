{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }}
select * from read_parquet('{{ var("batch") }}')
