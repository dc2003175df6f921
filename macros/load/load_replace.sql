{#-
  A full load without keys: the snapshot replaces the table atomically; without a new snapshot the table
  is kept as it is. There is no history and nothing to compare with, so only an empty snapshot is refused.
-#}
{% macro load_replace(spec) -%}
{%- set c = medallion.load_columns(spec) -%}
{%- set load_id = "'" ~ medallion.load_id() ~ "'" -%}
{%- set existing = load_relation(this) if execute else none -%}
{%- set columns = c['columns'] + ['_sequence', '_event_time'] -%}
with staged as (
    {{ medallion.staged_rows(spec) }}
),
reading as (
    select {{ medallion._was_read(spec) }} as _was_read, count(*) as _rows,
        count(case when _reject_reason <> 'dropped' then 1 end) as _rejected,
        0 as _truncates, count(case when {{ medallion._fails_a_rule(spec) }} then 1 end) as _failed
    from staged
),
refusals as (
    select _message from (
        select nullif(concat_ws('; ',
            {%- if existing and not spec.get('allow_empty') %}
            {{ medallion.refusal(
                '_was_read > 0 and _rows = 0 and (select count(*) from ' ~ this ~ ') > 0', 'empty_snapshot',
                spec.system ~ '.' ~ spec.object,
                "'the snapshot has no rows while the table has; allow it with the setting allow_empty = true'"
            ) }},
            {%- endif %}
            {{ medallion._staged_refusals(spec) | join(',\n            ') }}
        ), '') as _message
        from reading
    ) as messages
    where _message is not null
)
select
    {{ medallion.column_list(columns) }}, 'insert' as _action, {{ load_id }} as _inserted_load_id, {{ load_id }} as _load_id
from staged
where _reject_reason is null {%- if existing %} and (select _was_read from reading) > 0{% endif %}
{%- if existing %}
union all
select
    {% for column in c['columns'] -%}
    {{ column if column | lower in medallion.stored_columns(this) else 'null' }},
    {% endfor -%}
    _sequence, _event_time, _action, _inserted_load_id, _load_id
from {{ this }}
where (select _was_read from reading) = 0
{%- endif %}
union all
select {% for column in columns %}null, {% endfor %}null, null, null
from refusals
where {{ medallion.raise_error('_message') }}
{%- endmacro %}
