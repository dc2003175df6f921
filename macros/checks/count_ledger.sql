{#-
  Classes of a batch by the ledger, which holds every event: what it held already is a duplicate or a conflict,
  of the new events of a key only the newest is compared with the row before it.
-#}
{% macro count_ledger(spec) -%}
{%- set keys = spec['keys'] -%}
{%- set event = keys + ['_sequence'] -%}
{{ medallion.count_events(spec) }}
ledger as (
    {{ medallion._counted_ledger(spec) | indent(4) }}
),
repeated as (
    {{ medallion._repeated_events(spec) | indent(4) }}
),
known as (
    select
        {{ medallion.column_list(event, 'e') }}, e._rows, e._contents,
        case when t._op is null then 'missing' when t._is_new then 'new' else 'stored' end as _found,
        r.{{ keys[0] }} is not null as _is_repeated
    from events as e
    left join ledger as t on {{ medallion.columns_equal(event, 't', 'e') }} and t._op <> 'truncate'
    left join repeated as r on {{ medallion.columns_equal(event, 'r', 'e') }}
),
fresh as (
    select {{ medallion.column_list(keys) }}, max(_sequence) as _newest from known
    where _found = 'new' group by {{ medallion.column_list(keys) }}
),
{{ medallion._newest_effects(spec) }}
classified as (
    select
        k._rows, k._contents,
        case
            when k._found = 'missing' then case when k._is_repeated then 'duplicate' else 'unaccounted' end
            when k._found = 'stored' then case when k._is_repeated then 'duplicate' else 'conflict' end
            when e.{{ keys[0] }} is null then 'superseded'
            else e._effect
        end as _class,
        k._found
    from known as k
    left join effects as e on {{ medallion.columns_equal(event, 'e', 'k') }}
),
{{ medallion.sum_classes(
    "(select count(*) from ledger where _is_new and _op <> 'truncate') - count(case when _found = 'new' then 1 end)",
    '(select count(*) from ledger where _is_new and _is_incomplete)' if spec.get('carry') else '0'
) }}
{%- endmacro %}

{#- The ledger's rows, with what an event of the same place would have said, and whether this load brought them. -#}
{% macro _counted_ledger(spec) -%}
select
    t.*,
    t._is_inserted_now or (t._is_written_now and t._action in ('correct', 'revise')) as _is_new,
    not t._is_inserted_now as _is_known,
    {%- for column in spec['columns'] %}
    {% if column in (spec.get('carry') or []) -%}
    case when t._not_sent like '%|{{ column }}|%' then null else t.{{ column }} end
    {%- else -%}t.{{ column }}{% endif %} as _said_{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from held as t
{%- endmacro %}

{#- Events that the ledger held already with the same content; of a delta load also rows that were read again. -#}
{% macro _repeated_events(spec) -%}
{%- set event = spec['keys'] + ['_sequence'] -%}
{%- set place = spec['keys'] + ['_sequence' if spec.load == 'cdc' else spec.watermark] -%}
select distinct {{ medallion.column_list(event, 'a') }} from accepted as a
inner join ledger as t on {{ medallion.columns_equal(place, 'a', 't') }}
where not t._is_new and a._op = t._op
    and not {{ medallion.columns_differ(spec['columns'], 'a', 't', '_said_') }}
    {%- if spec.get('carry') %} and a._not_sent is not distinct from t._not_sent{% endif %}
{%- endmacro %}

{#-
  What the newest new event of each key did: beside the newest event that the ledger held before it. An event of this
  load that won a tie says by its action what it beat: `correct` an upsert, `revise` a delete.
-#}
{% macro _newest_effects(spec) -%}
{%- set keys = spec['keys'] -%}
{%- set compared = spec['columns'] -%}
chains as (
    select
        {{ medallion.column_list(keys, 't') }}, max(t._sequence) as _top,
        max(case when t._is_known and t._sequence < f._newest then t._sequence end) as _before
    from ledger as t
    inner join fresh as f on {{ medallion.columns_equal(keys, 'f', 't') }}
    where t._op <> 'truncate'
    group by {{ medallion.column_list(keys, 't') }}
),
{%- if spec.get('truncate') %}
cut_before as (
    select max(_sequence) as _upto from ledger where _op = 'truncate' and not _is_new
),
{%- endif %}
effects as (
    select
        {{ medallion.column_list(keys, 'f') }}, f._newest as _sequence,
        case
            when f._newest < c._top then 'late'
            when n._action = 'correct' and n._is_current then 'updated'
            when n._action = 'correct' {%- if spec.get('truncate') %} and (u._upto is null or n._sequence > u._upto){% endif %} then 'deleted'
            when n._action = 'revise' then case when n._is_current then 'inserted' else 'unchanged' end
            when n._is_current and not coalesce(p._was_live, false) then 'inserted'
            when n._is_current and {{ medallion.columns_differ(compared, 'n', 'p') }} then 'updated'
            when coalesce(p._was_live, false) and not n._is_current then 'deleted'
            else 'unchanged'
        end as _effect
    from fresh as f
    inner join chains as c on {{ medallion.columns_equal(keys, 'c', 'f') }}
    inner join ledger as n on {{ medallion.columns_equal(keys, 'n', 'f') }} and n._sequence = f._newest and n._op <> 'truncate'
    left join (
        select t.*, case when t._is_new then t._action = 'correct' else t._op = 'upsert' end {%- if spec.get('truncate') %} and (b._upto is null or t._sequence > b._upto){% endif %} as _was_live
        from ledger as t
        {%- if spec.get('truncate') %} cross join cut_before as b{% endif %}
        where t._op <> 'truncate'
    ) as p on {{ medallion.columns_equal(keys, 'p', 'f') }} and p._sequence = c._before
    {%- if spec.get('truncate') %}
    cross join cut_before as u
    {%- endif %}
),
{%- endmacro %}
