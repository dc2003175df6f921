{#-
  The batch's events together with all stored events of the keys they touch. Stored values that were
  carried into a row are taken out again (they are listed in `_not_sent`), so that they are carried anew.
-#}
{% macro ledger_events(spec, c, stored, promoted) -%}
{%- set keys = c['keys'] -%}
{%- if stored %}
affected as (
    select {{ medallion.column_list(keys) }} from events where _op <> 'truncate'
    {%- if promoted %}
    union
    select {{ medallion.column_list(keys) }} from stored where _is_promoted
    {%- endif %}
    {%- if spec.get('truncate') %}
    union
    select {{ medallion.column_list(keys) }} from stored
    where _op <> 'truncate' and exists (select 1 from new_truncates)
    {%- endif %}
),
{%- endif %}
{{ medallion.table_cte('together', spec.get('staging') and not stored and spec.load != 'full') }} (
    select
        {{ medallion.event_columns(c) }}, 0 as _stored, false as _is_promoted,
        {{ medallion._no_old_columns(spec, c) }}
    from events
    where _op <> 'truncate'
    {%- if stored %}
    union all
    select
        {{ medallion.column_list(keys, 't') }},
        {%- for column in c.columns %}
        {% if column in c['carry'] -%}
        case when t._not_sent like '%|{{ column }}|%' then null else t.{{ column }} end as {{ column }}
        {%- else %}t.{{ column }}{% endif %},
        {%- endfor %}
        {{ 't._not_sent, ' if c['carry'] }}t._op, t._sequence, t._event_time, 1, t._is_promoted,
        t._start_sequence, t._end_sequence, t._valid_from, t._valid_to, t._is_version, t._inserted_load_id
        {%- for column in medallion.carried_columns(c) %}, t.{{ column }}{% endfor %}
    from stored as t
    semi join affected as a on {{ medallion.columns_equal(keys, 'a', 't') }}
    where t._op <> 'truncate'
    {%- endif %}
),
{%- endmacro %}

{#- The columns that only stored rows have, empty and typed, so that both halves of the union agree. -#}
{% macro _no_old_columns(spec, c) -%}
    {%- set sequence = medallion.sql_type(spec.sequence_type) -%}
    {%- set time = medallion.sql_type(spec.event_time_type) -%}
    cast(null as {{ sequence }}) as _old_start, cast(null as {{ sequence }}) as _old_end,
        cast(null as {{ time }}) as _old_from, cast(null as {{ time }}) as _old_to, false as _old_version,
        cast(null as {{ medallion.sql_type('text') }}) as _inserted_load_id
    {%- for column in c['carry'] %}, {{ column }} as _old_{{ column }}{% endfor %}
    {{- ', false as _old__is_incomplete' if c['carry'] }}
{%- endmacro %}

{# The columns that carrying values forward may change in a stored row. -#}
{% macro carried_columns(c) -%}
    {{ return(c['carry'] + (['_is_incomplete'] if c['carry'] else [])) }}
{%- endmacro %}

{#-
  One event per (keys, _sequence). Only groups that tie are ordered: by op, then the greatest payload,
  then the row that is stored already, so that a replay changes nothing.
-#}
{% macro ledger_ranked(spec, c) -%}
{%- set order -%}
    {%- if spec.tie == 'arrival' %}e._stored, {% else %}case when e._op = '{{ spec.tie }}' then 0 else 1 end, {% endif -%}
    {{ medallion.payload_descending(c.payload, 'e') }}, e._stored desc
{%- endset -%}
{{ medallion.first_of_ties(c['keys'] + ['_sequence'], medallion.working_columns(c), order) }}
{%- endmacro %}

{# The columns of a row on its way through the ledger, without its first load's id. -#}
{% macro working_columns(c) -%}
    {{ return(
        c['keys'] + c['columns'] + (['_not_sent'] if c['carry'] else []) + [
            '_op', '_sequence', '_event_time', '_stored', '_is_promoted', '_old_start', '_old_end',
            '_old_from', '_old_to', '_old_version',
        ] + medallion.old_columns(c)
    ) }}
{%- endmacro %}

{# The stored values of carried_columns, as they travel with a row. -#}
{% macro old_columns(c) -%}
    {%- set old = [] -%}
    {%- for column in medallion.carried_columns(c) %}{% do old.append('_old_' ~ column) %}{% endfor -%}
    {{ return(old) }}
{%- endmacro %}
