{#
  CTE `snapshot`: the accepted staged rows of a full load, exact duplicates once, with the greatest version
  and time of each. CTE `duplicates`: keys with more than one row in it.
#}
{% macro distinct_snapshot(keys, payload) -%}
    {{ return(adapter.dispatch('distinct_snapshot', 'medallion')(keys, payload)) }}
{%- endmacro %}

{#- Spark copies a CTE into every place that reads it: one pass is cheaper to plan. -#}
{% macro default__distinct_snapshot(keys, payload) -%}
snapshot as (
    select {{ medallion.column_list(keys + payload) }}, max(_sequence) as _sequence, max(_event_time) as _event_time
    from staged
    where _reject_reason is null
    group by {{ medallion.column_list(keys + payload) }}
),
duplicates as (
    select {{ medallion.column_list(keys) }} from snapshot
    group by {{ medallion.column_list(keys) }} having count(*) > 1
),
{%- endmacro %}

{#- Duplicates are found on the keys alone, which is far cheaper than grouping by wide rows. -#}
{% macro duckdb__distinct_snapshot(keys, payload) -%}
repeated as (
    select {{ medallion.column_list(keys) }} from staged
    where _reject_reason is null
    group by {{ medallion.column_list(keys) }} having count(*) > 1
),
distinct_rows as (
    select {{ medallion.column_list(keys + payload) }}, max(_sequence) as _sequence, max(_event_time) as _event_time
    from (
        select s.* from staged as s
        semi join repeated as r on {{ medallion.columns_equal(keys, 'r', 's') }}
        where s._reject_reason is null
    ) as twice
    group by {{ medallion.column_list(keys + payload) }}
),
duplicates as (
    select {{ medallion.column_list(keys) }} from distinct_rows
    group by {{ medallion.column_list(keys) }} having count(*) > 1
),
snapshot as (
    select {{ medallion.column_list(keys + payload, 's') }}, s._sequence, s._event_time
    from staged as s
    anti join repeated as r on {{ medallion.columns_equal(keys, 'r', 's') }}
    where s._reject_reason is null
    union all
    select * from distinct_rows
),
{%- endmacro %}
