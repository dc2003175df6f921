{#-
  Classes of a delta read by the table of current rows. A row that is read again, with the same values and not
  an older watermark, is a duplicate.
-#}
{% macro count_delta(spec, table) -%}
{%- set keys = spec['keys'] -%}
{{ medallion.count_events(spec) }}
repeated as (
    select distinct {{ medallion.column_list(keys + ['_sequence'], 'a') }} from accepted as a
    inner join {{ table }} as t on {{ medallion.columns_equal(keys, 'a', 't') }}
    where not {{ medallion.columns_differ(spec['columns'], 'a', 't') }}
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
            when t._sequence is null then 'unaccounted'
            when t._written is not null then t._written
            when n._sequence < t._sequence then 'late'
            when r.{{ keys[0] }} is not null then 'duplicate'
            when n._sequence = t._sequence then 'conflict'
            else 'unaccounted'
        end as _class
    from ranked as n
    left join (
        select *, {{ medallion.class_of_action('s') | indent(8) }} as _written from {{ table }} as s
    ) as t on {{ medallion.columns_equal(keys, 'n', 't') }}
    left join repeated as r on {{ medallion.columns_equal(keys + ['_sequence'], 'n', 'r') }}
),
{{ medallion.sum_classes('(select count(' ~ medallion.class_of_action('s') ~ ') from ' ~ table ~ ' as s)'
    ~ ' - count(case when _class = _written then 1 end)') }}
{%- endmacro %}
