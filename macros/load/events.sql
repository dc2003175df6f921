{#-
  The CTE `events`: what a batch says about keys, whatever the load pattern. One row is
  (keys, payload, _op, _sequence, _event_time); everything behind it is the same for all patterns.
-#}
{% macro events(spec, c, live, stored) -%}
{%- if spec.load == 'full' -%}
{{ medallion.full_events(spec, c, live, stored) }}
{%- elif spec.load == 'delta' and stored -%}
{{ medallion.delta_events(spec, c) }}
{%- else -%}
{{ medallion.table_cte('events', spec.get('staging')) }} (
    select {{ medallion.event_columns(c) }}
    from staged
    where _reject_reason is null and _op <> 'ignore'
),
{%- endif -%}
{%- endmacro %}

{# The columns of an event, in order. -#}
{% macro event_columns(c, alias=none) -%}
    {{ medallion.column_list(
        c['keys'] + c['columns'] + (['_not_sent'] if c['carry'] else []) + ['_op', '_sequence', '_event_time'], alias
    ) }}
{%- endmacro %}
