{% snapshot stock_snapshot %}
{{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}
select * from read_parquet('{{ var("batch") }}')
{% endsnapshot %}
