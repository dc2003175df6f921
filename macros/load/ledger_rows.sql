{# The rows that a ledger load emits: new events, events cut anew, and new truncate markers. -#}
{% macro ledger_rows(spec, c) -%}
{%- set load_id = "'" ~ medallion.load_id() ~ "'" -%}
{%- set carry = ['_not_sent', '_is_incomplete'] if c['carry'] else [] -%}
{%- set derived = ['_start_sequence', '_end_sequence', '_valid_from', '_valid_to', '_is_version', '_is_current'] -%}
select
    {{ medallion.column_list(c['keys'] + c['columns'] + ['_sequence', '_op', '_event_time'] + carry + derived) }},
    _gone = 1 as _is_deleted,
    case
        when _stored = 1 and _is_promoted then 'promote'
        when _stored = 1 then 'recut'
        when _inserted_load_id is not null and _beaten_op = 'delete' then 'revise'
        when _inserted_load_id is not null then 'correct'
        else 'insert'
    end as _action,
    coalesce(_inserted_load_id, {{ load_id }}) as _inserted_load_id, {{ load_id }} as _load_id
from cut
where _stored = 0 or _is_promoted
    or _start_sequence is distinct from _old_start or _end_sequence is distinct from _old_end
    or _valid_from is distinct from _old_from or _valid_to is distinct from _old_to
    or _is_version is distinct from _old_version
    {%- for column in medallion.carried_columns(c) %}
    or {{ column }} is distinct from _old_{{ column }}
    {%- endfor %}
{%- set no_payload %}{% for column in c['keys'] + c['columns'] %}null, {% endfor %}{% endset %}
{%- set no_carry = 'null, ' * (carry | length) %}
{%- if spec.get('truncate') %}
union all
select
    {{ no_payload }}_sequence, 'truncate', _event_time, {{ no_carry }}null, null, null, null, false, false,
    true, 'truncate', {{ load_id }}, {{ load_id }}
from new_truncates
{%- endif %}
union all
select
    {{ no_payload }}null, null, null, {{ no_carry }}null, null, null, null, null, null, null, null, null, null
from refusals
where {{ medallion.raise_error('_message') }}
{%- endmacro %}
