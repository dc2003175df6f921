{#- CTE `named`: the columns under their own names, which the expectations use. Only an upsert has a payload. -#}
{% macro stage_named(spec, plan) -%}
{%- set guarded = spec.load == 'cdc' and spec.get('operation') and not plan.envelope -%}
named as (
    select
        {%- for column in plan.columns %}
        {% if guarded and not column.is_key %}case when _op = 'upsert' then {{ column.typed }} end{% else %}{{ column.typed }}{% endif %} as {{ column.name }},
        {%- endfor %}
        _rescued, _not_sent, _op, _sequence, _event_time, _base_reason,
        {{ medallion._raw_row(spec, plan) | indent(8) }} as _raw,
        _file, _line
    from judged
),
{%- endmacro %}

{#- What the source wrote, kept for rows that may be rejected. -#}
{% macro _raw_row(spec, plan) -%}
{%- if plan.is_json -%}
_text
{%- else -%}
{%- set values = {} -%}
{%- for name, source in plan.fields.items() %}{% do values.update({source: name}) %}{% endfor -%}
case when _base_reason is not null{{ ' or true' if medallion._rejecting_rules(spec) }} then {{ medallion.json_row(values, '_unknown') | indent(4) }} end
{%- endif -%}
{%- endmacro %}

{% macro _rejecting_rules(spec) -%}
    {%- set rules = [] -%}
    {%- for rule in spec.get('expectations') or [] if rule.action in ['drop', 'quarantine'] -%}{%- do rules.append(rule) -%}{%- endfor -%}
    {{ return(rules) }}
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
{%- for rule in rules %}{% do failed.update({rule.name: 'coalesce(_fails_' ~ loop.index ~ ', false)'}) %}{% endfor -%}
decided as (
    select
        *,
        {{ medallion._reject_reason(spec) | indent(8) }} as _reject_reason,
        {{ medallion.marked_names(failed) | indent(8) }} as _failed_rules
    from {{ 'ruled' if rules else 'named' }}
),
final as (
    select
        {%- for column in plan.columns %}
        {{ column.name }},
        {%- endfor %}
        _rescued, _not_sent, _op, _sequence, _event_time, _reject_reason, _failed_rules,
        case when _reject_reason is not null then _raw end as _raw,
        _file as _source_file, _line as _source_line, '{{ medallion.load_id() }}' as _load_id
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
