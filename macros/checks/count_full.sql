{#-
  Classes of a snapshot's rows by the keyed state that it was compared with. A missing key is deleted without
  having been staged, so `rows_deleted` stands beside the classes here.
-#}
{% macro count_full(spec) -%}
{%- set keys = spec['keys'] -%}
{%- set compared = spec['columns'] | reject('equalto', spec.get('version')) | list -%}
{{ medallion.count_events(spec) }}
stored as (
    select *, {{ medallion.class_of_action() | indent(4) }} as _written from held
),
equal_rows as (
    select distinct {{ medallion.column_list(keys, 'a') }} from accepted as a
    inner join stored as t on {{ medallion.columns_equal(keys, 'a', 't') }}
    where not t._is_deleted and not {{ medallion.columns_differ(compared, 'a', 't') }}
),
classified as (
    select
        n._rows, n._contents, t._written,
        case
            when t._written in ('inserted', 'updated', 'unchanged') then t._written
            when e.{{ keys[0] }} is not null then 'unchanged'
            else 'unaccounted'
        end as _class
    from events as n
    left join stored as t on {{ medallion.columns_equal(keys, 'n', 't') }}
    left join equal_rows as e on {{ medallion.columns_equal(keys, 'n', 'e') }}
),
{{ medallion.sum_classes(
    "(select count(case when s._written <> 'deleted' then 1 end) from stored as s) - count(_written)",
    deleted="(select count(case when s._written = 'deleted' then 1 end) from stored as s)"
) }}
{%- endmacro %}
