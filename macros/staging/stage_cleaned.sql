{#-
  CTE `cleaned`: each column's text as `light` wants it (`_c_`: trimmed, null tokens gone; keys stay as they
  are), and which columns the row did not send (`_not_sent`).
-#}
{% macro stage_cleaned(spec, plan) -%}
cleaned as (
    select
        *,
        {%- for column in plan.columns %}
        {{ medallion._cleaned_value(spec, plan, column) | indent(8) }} as {{ column.clean }},
        {%- endfor %}
        {%- if spec.get('placeholder') and not spec.get('partial_updates') %}
        {{ medallion._unavailable_row(spec, plan) | indent(8) }} as _is_unavailable,
        {%- endif %}
        {{ medallion._not_sent(spec, plan) | indent(8) }} as _not_sent
    from events
),
{%- endmacro %}

{% macro _cleaned_value(spec, plan, column) -%}
{%- if column.is_key -%}
    {%- if plan.envelope -%}
case when _op = 'delete' then _b_{{ column.name }} when _op is distinct from 'truncate' then {{ column.raw }} end
    {%- else -%}
{{ "case when _op is distinct from 'truncate' then " ~ column.raw ~ ' end' if spec.load == 'cdc' else column.raw }}
    {%- endif -%}
{%- elif column.native or spec.get('bronze') == 'raw' -%}
{{ medallion._sent_value(spec, column) }}
{%- else -%}
{%- set text = medallion.clean_text(medallion._sent_value(spec, column)) -%}
{%- set tokens = spec.get('null_tokens') or [] -%}
{%- if tokens -%}
case when {{ text }} in ({{ medallion._text_list(tokens) }}) then null else {{ text }} end
{%- else -%}
{{ text }}
{%- endif -%}
{%- endif -%}
{%- endmacro %}

{#- The value as received, null in place of a placeholder. -#}
{% macro _sent_value(spec, column) -%}
    {%- if spec.get('placeholder') -%}
case when {{ medallion._is_placeholder(spec, column) }} then null else {{ column.raw }} end
    {%- else -%}
{{ column.raw }}
    {%- endif -%}
{%- endmacro %}

{#- CASE, because it alone keeps the costly half from rows that plainly have no placeholder. -#}
{% macro _is_placeholder(spec, column) -%}
case when _is_partial then {{ medallion.is_unavailable(column.raw, spec.placeholder) }} else false end
{%- endmacro %}

{% macro _unavailable_row(spec, plan) -%}
case when _is_partial then
    {%- for column in plan.columns if not column.is_key %}
    {{ 'or ' if not loop.first }}coalesce({{ medallion.is_unavailable(column.raw, spec.placeholder) }}, false)
    {%- else %} false
    {%- endfor %}
else false end
{%- endmacro %}

{#- The columns a row did not send, as `|a|b|` in order of names; null when it sent all. -#}
{% macro _not_sent(spec, plan) -%}
{%- set missing = {} -%}
{%- for column in plan.columns | sort(attribute='name') if not column.is_key -%}
    {%- set reasons = [] -%}
    {%- if spec.get('partial_updates') and spec.get('placeholder') -%}
        {%- do reasons.append('coalesce(' ~ medallion._is_placeholder(spec, column) ~ ', false)') -%}
    {%- endif -%}
    {%- if column.name in (spec.get('ignore_null') or []) -%}
        {%- do reasons.append("(_op = 'upsert' and " ~ column.raw ~ ' is null)') -%}
    {%- endif -%}
    {%- if plan.carries -%}
        {%- do reasons.append("(_op = 'upsert' and _absent like '%|" ~ column.name ~ "|%')") -%}
    {%- endif -%}
    {%- if reasons -%}{%- do missing.update({column.name: reasons | join(' or ')}) -%}{%- endif -%}
{%- endfor -%}
{{ medallion._marked_names(missing) }}
{%- endmacro %}

{#-
  Names whose SQL condition holds, as `|a|b|` in the order given; null when none does. The list is put
  together only for rows that need one.
-#}
{% macro _marked_names(conditions) -%}
{%- set text = medallion.sql_type('text') -%}
{%- if not conditions -%}
cast(null as {{ text }})
{%- else -%}
case when {{ conditions.values() | join('\n    or ') }}
    then '|'
    {%- for name, condition in conditions.items() %}
        || case when {{ condition }} then '{{ name }}|' else '' end
    {%- endfor %}
end
{%- endif -%}
{%- endmacro %}
