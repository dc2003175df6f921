{#-
  Every row written by the last load has a key that is complete and stands once in the table. Truncate
  markers have no key, only their position, and are left out. With `all_rows`, older rows are looked at, too.
-#}
{% test keys_are_unique(model, keys, all_rows=false) %}
{%- set columns = medallion.column_list(keys) -%}
with latest as (
    select {{ columns }} from {{ model }}
    where ({% for key in keys if key != '_sequence' %}{{ key }} is not null or {% endfor %}_action <> 'truncate')
    {%- if not all_rows %} and _load_id = (select max(_load_id) from {{ model }}){% endif %}
),
repeated as (
    select {{ medallion.column_list(keys, 't') }}, count(*) as rows_of_key
    from {{ model }} as t
    where exists (select 1 from latest as l where {{ medallion.columns_equal(keys, 'l', 't') }})
    group by {{ medallion.column_list(keys, 't') }}
    having count(*) > 1
)
select {{ columns }}, 'repeated key' as failure, rows_of_key from repeated
union all
select {{ columns }}, 'incomplete key' as failure, 1 as rows_of_key from latest
where {% for key in keys %}{{ key }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
