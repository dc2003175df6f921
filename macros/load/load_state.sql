{#-
  One row per key, tombstones included: the newest upsert gives the payload, and two marks that only
  grow (`_sequence`, newest upsert; `_deleted_sequence`, newest delete not older than it) make the result
  independent of arrival order. Emits one row per key and no unchanged row.
-#}
{% macro load_state(spec) -%}
{%- set after = ref(spec.ledger) if spec.get('ledger') -%}
{%- if not execute %}{{ return(medallion.staged_rows(spec)) }}{% endif -%}
{%- set types = medallion.check_definition() -%}
{%- set c = medallion.load_columns(spec) -%}
{%- set stored = is_incremental() -%}
{%- if after %}-- built after {{ after }}
{% endif -%}
with {{ medallion.table_cte('staged', spec.get('staging')) }} (
    {{ medallion.staged_rows(spec) }}
),
{%- if stored %}
{%- set promoted = medallion.promoted_columns(spec, types) %}
{{ medallion.table_cte('stored') }} (
    {{ medallion.stored_rows(spec, types, promoted, ['_sequence', '_deleted_sequence', '_is_deleted', '_event_time', '_action', '_inserted_load_id']) }}
),
{%- endif %}
{{ medallion.events(spec, c, 'not _is_deleted', stored) }}
{{ medallion._state_newest(c) }}
{{ medallion._state_cuts(spec, stored) }}
{{ medallion._state_compared(spec, c, promoted) if stored else medallion._state_first(spec, c) }}
{{ medallion._state_marked(spec, c) }}
{{ medallion._state_final(spec, c, stored) }}
{{ medallion.refusals(spec, c, 'state', stored) }}
{{ medallion._state_select(spec, c) }}
{%- endmacro %}

{#- The newest upsert of each key, and beside it the newest delete. -#}
{% macro _state_newest(c) -%}
ranked as (
    select
        *,
        row_number() over (
            partition by {{ medallion.column_list(c['keys']) }}
            order by
                case when _op = 'upsert' then 0 else 1 end, _sequence desc,
                {{ medallion.payload_descending(c.payload) }}
        ) as _rank,
        max(case when _op = 'delete' then _sequence end)
            over (partition by {{ medallion.column_list(c['keys']) }}) as _delete,
        count(*) over (partition by {{ medallion.column_list(c['keys']) }}) as _events
    from events
    where _op <> 'truncate'
),
newest as (
    select
        {{ medallion.column_list(c['keys']) }}, {{ medallion.column_list(c['columns']) }}, _event_time,
        case when _op = 'upsert' then _sequence end as _sequence, _delete, _events
    from ranked
    where _rank = 1
),
{%- endmacro %}

{#- A first load has nothing to compare with. -#}
{% macro _state_first(spec, c) -%}
resolved as (
    select *, true as _is_new, true as _is_taken, false as _is_promoted, _sequence as _old_sequence,
        _delete as _old_delete, false as _was_live, false as _differs,
        cast(null as {{ medallion.sql_type('text') }}) as _inserted_load_id,
        {{ '_cut_now,' if spec.get('truncate') }}
        0 as _late_events, _events as _fresh_events
    from newest{{ ' cross join cuts' if spec.get('truncate') }}
),
{%- endmacro %}

{#-
  The stored rows under other names, given below the join: with the renaming above it, Spark does not come to an end with
  what holds for the rows of a merge's source of 30 columns (docs/performance.md).
-#}
{% macro _state_old(c) -%}
old as (
    select
        {{ medallion.column_list(c['keys']) }},
        {%- for column in c.columns + ['_event_time'] %}
        {{ column }} as _old_{{ column }},
        {%- endfor %}
        _sequence as _old_sequence, _deleted_sequence as _old_delete, _inserted_load_id, _action, _is_deleted, _is_promoted
    from stored
),
{%- endmacro %}

{#- Each key of the batch (and each stored row that a new column of the metadata fills) beside what is stored. -#}
{% macro _state_compared(spec, c, promoted) -%}
{%- set keys = medallion.column_list(c['keys']) -%}
{%- if promoted -%}
changed as (
    select * from newest
    union all
    select
        {{ medallion.column_list(c['keys'], 't') }}, {{ medallion.column_list(c['columns'], 't') }},
        t._event_time, t._sequence, t._deleted_sequence, 0
    from stored as t
    where t._is_promoted and not exists (
        select 1 from newest as n where {{ medallion.columns_equal(c['keys'], 'n', 't') }}
    )
),
{%- endif %}
{{ medallion._state_old(c) }}
compared as (
    select
        n.*,
        {%- for column in c.columns + ['_event_time'] %}
        t._old_{{ column }},
        {%- endfor %}
        t._old_sequence, t._old_delete, t._inserted_load_id,
        t._action is null as _is_new,
        {%- if spec.get('truncate') %}
        coalesce(not t._is_deleted and (u._cut_before is null or t._old_sequence > u._cut_before), false) as _was_live, u._cut_now,
        {%- else %}
        coalesce(not t._is_deleted, false) as _was_live,
        {%- endif %}
        coalesce(t._is_promoted, false) as _is_promoted
    from {{ 'changed' if promoted else 'newest' }} as n
    left join old as t on {{ medallion.columns_equal(c['keys'], 'n', 't') }}
    {%- if spec.get('truncate') %}
    cross join cuts as u
    {%- endif %}
),
taken as (
    select
        n.*,
        {% if spec.tie == 'arrival' -%}
        _sequence is not null
        {%- else -%}
        coalesce(
            _is_new or (_sequence is not null and _old_sequence is null) or _sequence > _old_sequence
            or case when _sequence = _old_sequence then {{ medallion.payload_greater(
                c.payload | reject('equalto', '_not_sent') | list, 'n', 'n', '_old_') }} end, false
        )
        {%- endif %} as _is_taken,
        {{ medallion.columns_differ(c.compared, 'n', 'n', '_old_') }} as _differs,
        case when coalesce(greatest(_sequence, _delete), _sequence, _delete)
            < coalesce(greatest(_old_sequence, _old_delete), _old_sequence, _old_delete)
            then _events else 0 end as _late_events,
        case when _is_new or coalesce(greatest(_sequence, _delete), _sequence, _delete)
            <> coalesce(greatest(_old_sequence, _old_delete), _old_sequence, _old_delete)
            then _events else 0 end as _fresh_events
    from compared as n
),
resolved as (
    select
        {{ keys }},
        {%- for column in c.columns + ['_event_time'] %}
        case when _is_taken then {{ column }} else _old_{{ column }} end as {{ column }},
        {%- endfor %}
        {% if spec.tie == 'arrival' -%}
        coalesce(_sequence, _old_sequence) as _sequence,
        case when _sequence is null then _delete end as _delete,
        {%- else -%}
        case when _is_taken then coalesce(_sequence, _old_sequence) else _old_sequence end as _sequence,
        coalesce(greatest(_delete, _old_delete), _delete, _old_delete) as _delete,
        {%- endif %}
        _is_new, _is_taken, _is_promoted, _old_sequence, _old_delete, _was_live, _differs, _inserted_load_id,
        {{ '_cut_now,' if spec.get('truncate') }}
        _late_events, _fresh_events
    from taken
),
{%- endmacro %}

{#- The delete is kept where it still counts; a tombstone keeps its keys and marks only. -#}
{% macro _state_marked(spec, c) -%}
marked as (
    select
        *,
        case when _sequence is null or _delete {{ '>' if spec.tie == 'upsert' else '>=' }} _sequence
            then _delete end as _deleted_sequence
    from resolved
),
{%- endmacro %}

{#- The rows to write, and the truncate markers that are not stored yet. -#}
{% macro _state_final(spec, c, stored) -%}
{%- set load_id = "'" ~ medallion.load_id() ~ "'" -%}
final as (
    select
        {{ medallion.column_list(c['keys']) }},
        {%- for column in c.columns %}
        case when _deleted_sequence is null then {{ column }} end as {{ column }},
        {%- endfor %}
        _sequence, _deleted_sequence, _deleted_sequence is not null as _is_deleted,
        case when _deleted_sequence is null then _event_time end as _event_time,
        {{ medallion._state_action(spec) | indent(8) }} as _action,
        coalesce(_inserted_load_id, {{ load_id }}) as _inserted_load_id,
        {{ load_id }} as _load_id
        {%- if spec.get('truncate') %}, '' as _marker{% endif %}
    from marked
    where _is_new or _is_promoted or _deleted_sequence is distinct from _old_delete
        or (_is_taken and (_deleted_sequence is null or _sequence is distinct from _old_sequence))
),
{%- if spec.get('truncate') %}
markers as (
    select distinct e._sequence from events as e
    where e._op = 'truncate'
        {%- if stored %}
        and not exists (
            select 1 from stored as t
            where t._action = 'truncate' and t._deleted_sequence = e._sequence
        )
        {%- endif %}
),
{%- endif %}
{%- endmacro %}

{#-
  What the newest event of the key did, for the counts: `bury` and `refresh` change nothing that can be seen,
  `correct` wins a tie; `late` and `promote` write a row for which the key's newest event is not to thank.
-#}
{% macro _state_action(spec) -%}
case
    when _deleted_sequence is not null{{ ' or _sequence <= _cut_now' if spec.get('truncate') }} then
        case
            when _was_live then 'delete'
            when _is_new or coalesce(greatest(_sequence, _delete), _sequence, _delete)
                > coalesce(greatest(_old_sequence, _old_delete), _old_sequence, _old_delete) then 'bury'
            else 'late'
        end
    when not _was_live then 'insert'
    when _is_taken and _sequence = _old_sequence then 'correct'
    when _is_taken and _differs then 'update'
    when _is_taken then 'refresh'
    else 'promote'
end
{%- endmacro %}

{#- The newest truncate that was stored before, and the newest of all: what is not newer is hidden by it. -#}
{% macro _state_cuts(spec, stored) -%}
{%- if spec.get('truncate') -%}
cuts as (
    select
        max(case when _is_stored = 1 then _sequence end) as _cut_before, max(_sequence) as _cut_now
    from (
        select _sequence, 0 as _is_stored from events where _op = 'truncate'
        {%- if stored %}
        union all
        select _deleted_sequence, 1 from stored where _action = 'truncate'
        {%- endif %}
    ) as truncates
),
{%- endif -%}
{%- endmacro %}

{% macro _state_select(spec, c) -%}
{%- set load_id = "'" ~ medallion.load_id() ~ "'" -%}
select * from final
{%- if spec.get('truncate') %}
union all
select
    {% for column in c['keys'] + c['columns'] %}null, {% endfor %}null, _sequence, true, null,
    'truncate', {{ load_id }}, {{ load_id }}, cast(_sequence as {{ medallion.sql_type('text') }})
from markers
{%- endif %}
union all
select {% for column in c['keys'] + c['columns'] %}null, {% endfor %}null, null, null, null, null, null, null{{ ', null' if spec.get('truncate') }}
from refusals
where {{ medallion.raise_error('_message') }}
{%- endmacro %}
