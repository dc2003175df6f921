{#-
  Classes of a snapshot without keys: all of its rows are new, or, where the table holds the same rows already,
  all of them are unchanged.
-#}
{% macro count_replace() -%}
written as (
    select
        count(*) as _rows,
        count(case when _is_written_now then 1 end) as _new
    from held
),
accepted as (
    select count(*) as _rows from staged where _reject_reason is null
),
class_counts as (
    select
        0 as rows_duplicate, 0 as rows_conflict, 0 as rows_superseded, 0 as rows_late, 0 as rows_updated, 0 as rows_incomplete,
        case when w._new > 0 then a._rows else 0 end as rows_inserted,
        case when w._new > 0 then i.keys_before else 0 end as rows_deleted,
        case when w._new = 0 then a._rows else 0 end as rows_unchanged,
        case when a._rows > 0 then abs(a._rows - w._rows) else 0 end as rows_unaccounted
    from accepted as a
    cross join written as w
    cross join ids as i
),
{%- endmacro %}
