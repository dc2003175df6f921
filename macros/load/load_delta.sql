{#-
  The newest row of each key by watermark, then by the order of reads. Emits only rows that are new or
  differ from the stored row of their key.
-#}
{% macro load_delta(spec) -%}
{%- if not execute %}{{ return(medallion.staged_rows(spec)) }}{% endif -%}
{%- set types = medallion.check_definition() -%}
{%- set c = medallion.load_columns(spec) -%}
{%- set stored = is_incremental() -%}
{%- set load_id = "'" ~ medallion.load_id() ~ "'" -%}
with {{ medallion.table_cte('staged', spec.get('staging')) }} (
    {{ medallion.staged_rows(spec) }}
),
{%- if stored %}
{%- set promoted = medallion.promoted_columns(spec, types) %}
{{ medallion.table_cte('stored') }} (
    {{ medallion.stored_rows(spec, types, promoted, ['_sequence', '_event_time', '_inserted_load_id']) }}
),
{%- endif %}
{%- set read = medallion.column_list(c['keys'] + c['columns'] + ['_sequence', '_event_time']) %}
ranked as (
    select
        *,
        row_number() over (
            partition by {{ medallion.column_list(c['keys']) }}
            order by _sequence desc, {{ medallion.payload_descending(c.payload) }}
        ) as _rank
    from (
        select {{ read }} from staged where _reject_reason is null
        {%- if promoted %}
        union all
        select {{ read }} from stored where _is_promoted
        {%- endif %}
    ) as readings
),
newest as (
    select {{ read }} from ranked where _rank = 1
),
{{ medallion.refusals(spec, c, 'table', stored) }}
select
    {{ medallion.column_list(c['keys'] + c['columns'] + ['_sequence', '_event_time'], 'n') }},
    {% if stored -%}
    case
        when t._sequence is null then 'insert'
        when n._sequence > t._sequence then 'update'
        when {{ medallion.payload_greater(c.payload, 'n', 't') }} then 'correct'
        else 'promote'
    end as _action,
    coalesce(t._inserted_load_id, {{ load_id }}) as _inserted_load_id,
    {%- else -%}
    'insert' as _action, {{ load_id }} as _inserted_load_id,
    {%- endif %}
    {{ load_id }} as _load_id
from newest as n
{%- if stored %}
left join stored as t on {{ medallion.columns_equal(c['keys'], 'n', 't') }}
where t._sequence is null or t._is_promoted
    or (n._sequence > t._sequence and {{ medallion.columns_differ(c['columns'], 'n', 't') }})
    or case when n._sequence = t._sequence then {{ medallion.payload_greater(c.payload, 'n', 't') }} end
{%- endif %}
union all
select {% for column in c['keys'] + c['columns'] %}null, {% endfor %}null, null, null, null, null
from refusals
where {{ medallion.raise_error('_message') }}
{%- endmacro %}
