{#-
  A full load without keys: the snapshot replaces the table atomically. Without a new snapshot, and when the
  new one holds the same rows, the table is kept as it is. There is no history; a snapshot without an
  accepted row is refused.
-#}
{% macro load_replace(spec) -%}
{%- if not execute %}{{ return(medallion.staged_rows(spec)) }}{% endif -%}
{%- set c = medallion.load_columns(spec) -%}
{%- set existing = load_relation(this) -%}
{%- set load_id = "'" ~ medallion.load_id() ~ "'" -%}
{%- set columns = c['columns'] + ['_sequence', '_event_time'] -%}
{%- set written = columns + ['_action', '_inserted_load_id', '_load_id'] -%}
with {{ medallion.table_cte('staged', spec.get('staging')) }} (
    {{ medallion.staged_rows(spec) }}
),
{{ medallion._replace_refusals(spec, existing) }},
incoming as (
    select
        {{ medallion.column_list(columns) }},
        'insert' as _action, {{ load_id }} as _inserted_load_id, {{ load_id }} as _load_id
    from staged where _reject_reason is null
)
{%- if existing %},
{{ medallion._replace_kept(c, existing) }}
{%- endif %}
select {{ medallion.column_list(written) }} from incoming
{%- if existing %}
where not (select _is_kept from kept)
union all
select {{ medallion.column_list(written) }} from stored
where (select _is_kept from kept)
{%- endif %}
union all
select {% for column in columns %}null, {% endfor %}null, null, null
from refusals
where {{ medallion.raise_error('_message') }}
{%- endmacro %}

{% macro _replace_refusals(spec, existing) -%}
reading as (
    select {{ medallion._was_read(spec) }} as _was_read, count(*) as _rows,
        count(case when _reject_reason is null then 1 end) as _accepted,
        count(case when _reject_reason <> 'dropped' then 1 end) as _rejected,
        0 as _truncates, count(case when {{ medallion._fails_a_rule(spec) }} then 1 end) as _failed
    from staged
),
refusals as (
    select _message from (
        select nullif(concat_ws('; ',
            {%- if existing and not spec.get('allow_empty') %}
            {{ medallion.refusal(
                '_was_read > 0 and _accepted = 0 and (select count(*) from ' ~ existing ~ ') > 0', 'empty_snapshot',
                spec.system ~ '.' ~ spec.object,
                "'the snapshot has no accepted row while the table has rows; allow it with the setting allow_empty = true'"
            ) }},
            {%- endif %}
            {%- if existing %}
            {{ medallion.refusal(
                '(select max(_sequence) from staged where _reject_reason is null) < (' ~ medallion._replaced_version(spec, existing) ~ ')',
                'stale_version', spec.system ~ '.' ~ spec.object, "'the snapshot is older than the one applied last'"
            ) }},
            {%- endif %}
            {{ medallion._staged_refusals(spec) | join(',\n            ') }}
        ), '') as _message
        from reading
    ) as messages
    where _message is not null
)
{%- endmacro %}

{#- The version applied last: a snapshot whose rows were there already is known to the memory of loads only. -#}
{% macro _replaced_version(spec, existing) -%}
    select max(_version) from (
        select {{ medallion.cast_safely('source_version', spec.sequence_type) }} as _version
        from {{ medallion.ops_relation('load_state') }}
        where model = {{ medallion.literal(this.identifier) }} and source_version is not null
        union all
        select max(_sequence) from {{ existing }}
    ) as versions
{%- endmacro %}

{#- The stored rows, and whether they stay: nothing was read, or the same rows as often. -#}
{% macro _replace_kept(c, existing) -%}
{%- set names = medallion.stored_types(existing) -%}
{{ medallion.table_cte('stored') }} (
    select
        {% for column in c['columns'] -%}
        {{ column if column | lower in names else 'null as ' ~ column }},
        {% endfor -%}
        _sequence, _event_time, _action, _inserted_load_id, _load_id
    from {{ existing }}
),
kept as (
    select (select _was_read from reading) = 0 or count(*) = 0 as _is_kept from (
        select {{ medallion.column_list(c['columns']) }} from (
            select {{ medallion.column_list(c['columns']) }}, 1 as _side from incoming
            union all
            select {{ medallion.column_list(c['columns']) }}, -1 from stored
        ) as both_sides
        group by {{ medallion.column_list(c['columns']) }}
        having sum(_side) <> 0
    ) as differences
)
{%- endmacro %}
