{#-
  CTE `exact`: lines with a number of more digits than the engine's parser keeps are read again with the
  number as text (`_values`, beside what was read at first, `_rounded`). It matters for decimals, which would
  be wrong, and for text, which shall be what the source wrote, also inside nested values.
-#}
{% macro stage_exact(spec, plan, json) -%}
{%- set values = {} -%}
{%- for column in medallion.exact_columns(plan) -%}
    {%- do values.update({medallion.list_item('_values', (plan.fields.keys() | list).index(column.raw)): column['type']}) -%}
{%- endfor -%}
suspects as (
    select *, {{ medallion.json_exact(json, values) | indent(8) }} as _exact from parsed
),
exact as (
    select
        _file, _modified_at, _text, _line, _is_odd, _exact, _values as _rounded,
        {%- if plan.released %}
        _entry,
        {%- endif %}
        {{ '_json, ' if plan.envelope }}{{ '_names, ' if spec.get('new_column') != 'ignore' }}
        case when _exact is null then _values
            else {{ medallion.json_values('_exact', plan.fields.values()) | indent(12) }} end as _values
    from suspects
),
{%- endmacro %}

{# The columns for which a JSON number of many digits matters. #}
{% macro exact_columns(plan) -%}
    {%- set exact = [] -%}
    {%- for column in plan.columns if column['type'] in ['text', 'json'] or (column['type'].startswith('decimal') and '@' not in column['type']) -%}
        {%- do exact.append(column) -%}
    {%- endfor -%}
    {{ return(exact) }}
{%- endmacro %}
