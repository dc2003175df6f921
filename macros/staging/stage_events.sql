{#-
  CTE `events`: what each row asks for (`_op`), by the object's own map of codes; null when the code means
  nothing. Delta and full rows are upserts.
-#}
{% macro stage_events(spec, plan) -%}
events as (
    select *, {{ medallion._operation(spec, plan) | indent(8) }} as _op
    from fields
),
{%- endmacro %}

{% macro _operation(spec, plan) -%}
{%- set operation = spec.get('operation') -%}
{%- if not operation -%}
case when not _is_malformed then 'upsert' end
{%- else -%}
{%- set codes = {} -%}
{%- for code, op in operation['map'].items() -%}
    {%- do codes.setdefault(op, []).append(medallion.literal(code)) -%}
{%- endfor -%}
case
    when _is_malformed then null
    {%- if plan.envelope %}
    when _is_ignored then 'ignore'
    {%- endif %}
    {%- for op, names in codes.items() %}
    when _op_code in ({{ names | join(', ') }}) then '{{ op }}'
    {%- endfor %}
    {%- if operation.get('when_null') %}
    when _op_code is null then '{{ operation.when_null }}'
    {%- endif %}
end
{%- endif -%}
{%- endmacro %}
