{#-
  CTEs from `staged` to `events`: one row per (keys, _sequence) of the accepted events, with how many rows
  said it (`_rows`) and how many different things they said (`_contents`). Rows beyond the contents are
  duplicates, contents beyond one are conflicts; what is left is one event.
-#}
{% macro count_events(spec) -%}
{%- set event = spec['keys'] + ['_sequence'] -%}
{%- set said = event + ['_op'] + spec['columns'] + (['_not_sent'] if spec.get('carry') else []) -%}
accepted as (
    select {{ medallion.column_list(said) }} from staged
    where _reject_reason is null and _op not in ('ignore', 'truncate')
),
sayings as (
    select {{ medallion.column_list(event) }}, count(*) as _rows from accepted
    group by {{ medallion.column_list(event) }}
),
contents as (
    select {{ medallion.column_list(event) }}, count(*) as _contents
    from (
        select distinct {{ medallion.column_list(said, 'a') }} from accepted as a
        where exists (
            select 1 from sayings as s where s._rows > 1 and {{ medallion.columns_equal(event, 's', 'a') }}
        )
    ) as told
    group by {{ medallion.column_list(event) }}
),
events as (
    select {{ medallion.column_list(event, 's') }}, s._rows, coalesce(c._contents, 1) as _contents
    from sayings as s
    left join contents as c on {{ medallion.columns_equal(event, 'c', 's') }}
),
{%- endmacro %}

{#-
  CTE `class_counts` from a CTE `classified` (_rows, _contents, _class: what became of the one event). `extra` is SQL of
  how many rows the load wrote without a staged event, `deleted` and `incomplete` of those counts where
  they are not the classes' own.
-#}
{% macro sum_classes(extra, incomplete='0', deleted=none) -%}
class_counts as (
    select
        coalesce(sum(_rows - _contents), 0) + count(case when _class = 'duplicate' then 1 end) as rows_duplicate,
        coalesce(sum(_contents - 1), 0) + count(case when _class = 'conflict' then 1 end) as rows_conflict,
        {%- for name in ['superseded', 'late', 'inserted', 'updated', 'unchanged'] %}
        count(case when _class = '{{ name }}' then 1 end) as rows_{{ name }},
        {%- endfor %}
        {{ deleted or "count(case when _class = 'deleted' then 1 end)" }} as rows_deleted,
        {{ incomplete }} as rows_incomplete,
        count(case when _class = 'unaccounted' then 1 end) + abs({{ extra }}) as rows_unaccounted
    from classified
),
{%- endmacro %}

{#
  The class that `_action` of a written row gives to the newest event of its key; null when it was not that event. A row
  that this load inserted is `inserted` whatever the run that repaired a killed one did to it.
#}
{% macro class_of_action() -%}
case
    when _is_inserted_now then
        case when _action in ('delete', 'bury') then 'unchanged' else 'inserted' end
    when _is_written_now then
        case
            when _action = 'insert' then 'inserted'
            when _action in ('update', 'correct') then 'updated'
            when _action = 'delete' then 'deleted'
            when _action in ('bury', 'refresh') then 'unchanged'
        end
end
{%- endmacro %}
