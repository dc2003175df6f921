{#- The current rows of an object and the open versions of its history are the same rows. -#}
{% test live_rows_equal_open_versions(model, history, keys, columns) %}
{%- set all_columns = keys + columns -%}
select
    {%- for key in keys %}
    coalesce(c.{{ key }}, h.{{ key }}) as {{ key }},
    {%- endfor %}
    case
        when h.{{ keys[0] }} is null then 'live row without an open version'
        when c.{{ keys[0] }} is null then 'open version without a live row'
        else 'values differ'
    end as failure
from {{ model }} as c
full outer join (select * from {{ history }} where is_current) as h
    on {{ medallion.columns_equal(keys, 'c', 'h') }}
where c.{{ keys[0] }} is null or h.{{ keys[0] }} is null
    or {{ medallion.columns_differ(columns, 'c', 'h') }}
{% endtest %}
