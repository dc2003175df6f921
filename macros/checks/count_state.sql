{#-
  Classes of a change feed by its keyed state: only the newest event of each key in the batch is compared with
  what is stored, all older ones are superseded. `_action` tells what that event did to the row.
-#}
{% macro count_state(spec, table) -%}
{%- set keys = spec['keys'] -%}
{{ medallion.count_events(spec) }}
state as (
    select *, coalesce(greatest(_sequence, _deleted_sequence), _sequence, _deleted_sequence) as _top
    from {{ table }} where _action <> 'truncate'
),
repeated as (
    select distinct {{ medallion.column_list(keys, 'a') }} from accepted as a
    inner join state as t on {{ medallion.columns_equal(keys, 'a', 't') }} and a._sequence = t._top
    where (a._op = 'delete' and t._is_deleted)
        or (a._op = 'upsert' and not t._is_deleted and not {{ medallion.columns_differ(spec['columns'], 'a', 't') }})
),
ranked as (
    select *, row_number() over (partition by {{ medallion.column_list(keys) }} order by _sequence desc) as _rank
    from events
),
classified as (
    select
        n._rows, n._contents, t._written,
        case
            when n._rank > 1 then 'superseded'
            when t._top is null then 'unaccounted'
            when t._written is not null then t._written
            when n._sequence < t._top then 'late'
            when n._sequence > t._top then 'unaccounted'
            when r.{{ keys[0] }} is not null then 'duplicate'
            else 'conflict'
        end as _class
    from ranked as n
    left join (
        select *, {{ medallion.class_of_action('s') | indent(8) }} as _written from state as s
    ) as t on {{ medallion.columns_equal(keys, 'n', 't') }}
    left join repeated as r on {{ medallion.columns_equal(keys, 'n', 'r') }}
),
{{ medallion.sum_classes('(select count(' ~ medallion.class_of_action('s') ~ ') from state as s)'
    ~ ' - count(case when _class = _written then 1 end)') }}
{%- endmacro %}
