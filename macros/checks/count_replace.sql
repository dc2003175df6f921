{#-
  Classes of a snapshot without keys: all of its rows are new, or, where the table holds the same rows already,
  all of them are unchanged.
-#}
{% macro count_replace(spec, table) -%}
written as (
    select
        count(*) as _rows,
        count(case when _load_id = (select bronze_load_id from ids) then 1 end) as _new
    from {{ table }}
),
accepted as (
    select count(*) as _rows from staged where _reject_reason is null
),
class_counts as (
    select
        0 as rows_duplicate, 0 as rows_conflict, 0 as rows_superseded, 0 as rows_late, 0 as rows_updated, 0 as rows_incomplete,
        case when w._new > 0 then a._rows else 0 end as rows_inserted,
        case when w._new > 0 then coalesce(p.live_keys, 0) else 0 end as rows_deleted,
        case when w._new = 0 then a._rows else 0 end as rows_unchanged,
        case when a._rows > 0 then abs(a._rows - w._rows) else 0 end as rows_unaccounted
    from accepted as a
    cross join written as w
    left join (
        select max(b.load_id) as load_id from {{ medallion.ops_relation('load_state') }} as b
        inner join ids as i on b.load_id < i.load_id
        where b.model = {{ medallion.literal(table.identifier) }}
    ) as earlier on true
    left join {{ medallion.ops_relation('load_state') }} as p
        on p.model = {{ medallion.literal(table.identifier) }} and p.load_id = earlier.load_id
),
{%- endmacro %}
