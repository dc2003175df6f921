{#- CTE `named`: the columns under their own names, which the expectations use. Only an upsert has a payload. -#}
{% macro stage_named(spec, plan) -%}
{%- set guarded = spec.load == 'cdc' and spec.get('operation') and not plan.envelope -%}
named as (
    select
        *
        {%- for column in plan.columns %},
        {%- set value = '_s_' ~ column.name if column.lookup else column.typed %}
        {{ "case when _op = 'upsert' then " ~ value ~ ' end' if guarded and not column.is_key else value }} as {{ column.name }}
        {%- endfor %}
    from {{ 'looked_up' if plan.columns | selectattr('lookup') | list else 'judged' }}
),
{%- endmacro %}

{#- CTE `ruled`: each expectation asked once, of accepted upserts; an unknown answer passes. -#}
{% macro stage_ruled(spec, plan) -%}
{%- set rules = spec.get('expectations') or [] -%}
{%- if rules -%}
ruled as (
    select
        *
        {%- for rule in rules %},
        case when _base_reason is null and _op = 'upsert' then not ({{ rule.expression }}) else false end as _fails_{{ loop.index }}
        {%- endfor %}
    from named
),
{%- endif -%}
{%- endmacro %}

{#- CTE `final`: the staging columns in order. -#}
{% macro stage_rows(spec, plan) -%}
{%- set rules = spec.get('expectations') or [] -%}
{%- set failed = {} -%}
{%- for column in plan.columns if column.lookup %}{% do failed.update({'lookup_' ~ column.name: 'coalesce(_u_' ~ column.name ~ ', false)'}) %}{% endfor -%}
{%- for rule in rules %}{% do failed.update({rule.name: 'coalesce(_fails_' ~ loop.index ~ ', false)'}) %}{% endfor -%}
decided as (
    select
        *,
        {{ medallion._reject_reason(spec) | indent(8) }} as _reject_reason,
        {{ medallion._marked_names(failed) | indent(8) }} as _failed_rules
    from {{ 'ruled' if rules else 'named' }}
),
final as (
    select
        {%- for column in plan.columns %}
        {{ column.name }},
        {%- endfor %}
        _rescued, _not_sent, _op, _sequence, _event_time, _reject_reason, _failed_rules,
        case when _reject_reason is not null then {{ medallion._raw_row(plan) | indent(8) }} end as _raw,
        {{ medallion.staged_file(spec, plan) }} as _source_file, _line as _source_line, '{{ medallion.load_id() }}' as _load_id
    from decided
)
{%- endmacro %}

{% macro _reject_reason(spec) -%}
case
    when _base_reason is not null then _base_reason
    {%- for action, reason in [('quarantine', 'expectation'), ('drop', 'dropped')] %}
    {%- for rule in spec.get('expectations') or [] if rule.action == action %}
    when _fails_{{ (spec.expectations).index(rule) + 1 }} then '{{ reason }}'
    {%- endfor %}
    {%- endfor %}
end
{%- endmacro %}

{#-
  What the source wrote: the line, or the row as JSON without its nulls. Typed values are written as text: a JSON number
  does not keep all digits of a decimal.
-#}
{% macro _raw_row(plan) -%}
{%- if plan.is_json -%}
_text
{%- else -%}
{%- set values = {} -%}
{%- for name, source in plan.fields.items() -%}
    {%- do values.update({source: medallion.field_text(plan, name)}) -%}
{%- endfor -%}
{{ 'coalesce(_released_text, ' if plan.released }}{{ medallion.json_row(values, '_unknown') }}{{ ')' if plan.released }}
{%- endif -%}
{%- endmacro %}
