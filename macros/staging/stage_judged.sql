{#-
  CTE `judged`: sequence, event time, what is rescued, and the first reason to reject the row. Rows of a
  truncate have no key, ignored rows are never rejected. Of several snapshots of a full load only the
  newest stays, per value of its scope.
-#}
{% macro stage_judged(spec, plan) -%}
{%- set several = medallion._may_hold_several(spec, plan) -%}
{{ 'assessed' if several else 'judged' }} as (
    select
        *,
        {{ medallion._sequence(spec) | indent(8) }} as _sequence,
        {{ medallion._event_time(spec) | indent(8) }} as _event_time,
        {{ medallion._rescued(spec, plan) | indent(8) }} as _rescued,
        {{ medallion._base_reason(spec, plan) | indent(8) }} as _base_reason
    from typed
    {%- set refusals = medallion._policy_refusals(spec, plan) %}
    {%- if refusals %}
    where {{ refusals | join('\n        and ') }}
    {%- endif %}
),
{%- if several %}
judged as (
    select * from (
        select
            *,
            max(_sequence) over ({{ 'partition by ' ~ medallion.column_list(medallion._scope_columns(spec, plan)) if spec.get('scope') }}) as _newest
        from assessed
    ) as versions
    where _sequence is null or _sequence = _newest
),
{%- endif -%}
{%- endmacro %}

{#- Whether rows of more than one snapshot may have been read: the version is a column's, or a scope's file's. -#}
{% macro _may_hold_several(spec, plan) -%}
    {%- set source = (spec.get('sequence') or [{'source': '_file_time'}])[0].source -%}
    {{ return(
        spec.load == 'full' and source != '_run_started_at'
        and (source not in medallion._file_sources() or (spec.get('scope') and plan.readable | length > 1))
    ) }}
{%- endmacro %}

{% macro _scope_columns(spec, plan) -%}
    {{ return(plan.columns | selectattr('name', 'in', spec.scope) | map(attribute='typed') | list) }}
{%- endmacro %}

{% macro _sequence(spec) -%}
{%- set parts = medallion._sequence_parts(spec) -%}
{%- set type = spec.get('sequence_type') or 'text' -%}
{%- if not parts -%}
cast(null as {{ medallion.sql_type(type) }})
{%- elif parts | length == 1 and parts[0]['type'].split('@')[0] == type and not parts[0].nullable -%}
{{ parts[0].typed }}
{%- else -%}
{%- for part in parts -%}
{{ medallion.sort_text(part.typed, part['type']) }}{{ " || ' ' || " if not loop.last }}
{%- endfor -%}
{%- endif -%}
{%- endmacro %}

{#- The first time that is known, else the first component of the sequence after the epoch; no time beyond tomorrow. -#}
{% macro _event_time(spec) -%}
{%- set type = spec.get('event_time_type') or 'text' -%}
{%- set times = [] -%}
{%- for time in spec.get('event_time') or [] -%}{%- do times.append('_at_' ~ loop.index) -%}{%- endfor -%}
{%- set parts = medallion._sequence_parts(spec)[1 if spec.get('epoch') else 0:] -%}
{%- if times -%}
    {%- set time = 'coalesce(' ~ times | join(', ') ~ ')' if times | length > 1 else times[0] -%}
{%- elif parts -%}
    {%- set time = parts[0].typed if parts[0]['type'].split('@')[0] == type else 'cast(' ~ parts[0].typed ~ ' as ' ~ medallion.sql_type(type) ~ ')' -%}
{%- else -%}
    {%- set time = 'cast(null as ' ~ medallion.sql_type(type) ~ ')' -%}
{%- endif -%}
{%- if type in ['timestamp', 'date'] -%}
{%- set limit = (run_started_at + modules.datetime.timedelta(days=1)).strftime('%Y-%m-%d %H:%M:%S.%f') -%}
case when {{ time }} <= cast(cast('{{ limit }}' as {{ medallion.sql_type('timestamp') }}) as {{ medallion.sql_type(type) }}) then {{ time }} end
{%- else -%}
{{ time }}
{%- endif -%}
{%- endmacro %}

{#- A value that is there and could not be typed. -#}
{% macro _is_uncast(column) -%}
({{ column.clean }} is not null and {{ column.typed }} is null)
{%- endmacro %}

{#- The columns whose failed casts are rescued; a key's, a required column's failed cast rejects the row. -#}
{% macro _rescued_columns(spec, plan) -%}
    {%- set columns = [] -%}
    {%- for column in plan.columns -%}
        {%- if not column.is_key and not column.required and column['type'] != 'text' and (not column.native or column['type'] == 'double')
            and (spec.get('type_change') or 'rescue') == 'rescue' -%}
            {%- do columns.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro _rescued(spec, plan) -%}
{%- set columns = medallion._rescued_columns(spec, plan) -%}
{%- set values = {} -%}
{%- for column in columns -%}
    {%- do values.update({column.source: 'case when ' ~ medallion._is_uncast(column) ~ ' then ' ~ medallion.field_text(plan, column.raw) ~ ' end'}) -%}
{%- endfor -%}
case
    {%- if values %}
    when _op = 'upsert' and (
        {%- for column in columns %}{{ medallion._is_uncast(column) }}{{ '\n        or ' if not loop.last }}{% endfor -%}
    ) then {{ medallion.json_row(values, '_unknown') | indent(4) }}
    {%- endif %}
    when _op = 'upsert' then _unknown
end
{%- endmacro %}
