{#-
  Events of a full snapshot: what differs from the live rows is an upsert, what is missing a delete, with
  the snapshot's version as sequence. A rejected row is not an absent row: its key is left as it is, and
  while a row's key cannot be read nothing in its scope is deleted. Without a snapshot there is no event.
-#}
{% macro full_events(spec, c, live, stored) -%}
{%- set keys = c['keys'] -%}
{%- set payload = c['columns'] -%}
{{ medallion.distinct_snapshot(keys, payload) }}
{%- if not stored %}
events as (
    select
        {{ medallion.column_list(keys + payload) }}, 'upsert' as _op, _sequence, _event_time
    from snapshot
),
{%- else %}
{{ medallion._snapshot_scopes(spec, c) }}
{{ medallion.table_cte('live') }} (
    select * from stored where {{ live }}
),
differences as (
    select
        {%- for key in keys %}
        coalesce(s.{{ key }}, t.{{ key }}) as {{ key }},
        {%- endfor %}
        {%- for column in payload %}
        s.{{ column }},
        {%- endfor %}
        case
            when s.{{ keys[0] }} is null then 'delete'
            when t.{{ keys[0] }} is null or {{ medallion.columns_differ(c.compared, 's', 't') }} then 'upsert'
        end as _op,
        s._sequence, s._event_time, {{ medallion.scope_value(spec, 't') }} as _scope
    from snapshot as s
    full outer join live as t on {{ medallion.columns_equal(keys, 's', 't') }}
),
events as (
    select
        {{ medallion.column_list(keys + payload, 'd') }}, d._op,
        case when d._op = 'delete' then v._version else d._sequence end as _sequence,
        case when d._op = 'delete' then v._event_time else d._event_time end as _event_time
    from differences as d
    left join scopes as v on d._scope = v._scope
    where d._op = 'upsert'
        or (
            d._op = 'delete' and v._version is not null and not v._is_unsure
            and not exists (
                select 1 from staged as r
                where r._reject_reason is not null and {{ medallion.columns_equal(keys, 'r', 'd') }}
            )
        )
),
{%- endif %}
{%- endmacro %}

{#-
  Each scope that the snapshot speaks for, with its version, and whether a row's key could not be read
  (joined: Spark's optimizer fails on `exists` in a select list over a union).
-#}
{% macro _snapshot_scopes(spec, c) -%}
unreadable as (
    select case when {{ medallion.columns_known(spec.get('scope') or []) }} then {{ medallion.scope_value(spec) }} end as _scope
    from staged
    where _reject_reason is not null
        and ({% for key in c['keys'] %}{{ key }} is null{{ ' or ' if not loop.last }}{% endfor %})
),
scopes as (
    select
        v._scope, v._version, v._event_time,
        u._scope is not null or (select count(*) from unreadable where _scope is null) > 0 as _is_unsure
    from (
        {{ medallion.snapshot_versions(spec, 'staged') }}
        {%- if not spec.get('scope') %}
        union all
        {{ medallion.empty_snapshot(spec) }}
        {%- endif %}
    ) as v
    left join (
        select _scope from unreadable group by _scope
    ) as u on u._scope = v._scope
),
{%- endmacro %}
