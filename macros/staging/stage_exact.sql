{#-
  The columns for which a JSON number of many digits matters: engines read such a number as a double.
  Numeric columns, and in raw bronze every column; there the text shall be what the source wrote.
-#}
{% macro _exact_columns(spec, plan) -%}
    {%- set exact = [] -%}
    {%- for column in plan.columns -%}
        {%- if spec.get('bronze') == 'raw' or (column['type'].startswith('decimal') and '@' not in column['type']) -%}
            {%- do exact.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(exact) }}
{%- endmacro %}

{#-
  CTE `exact`: lines with such a number are read again with the number as text (`_values`, beside what was
  read at first, `_rounded`). A long fraction is seen in the line, a long whole part in the value.
-#}
{% macro _stage_exact(spec, plan, json, columns) -%}
{%- set names = plan.fields.keys() | list -%}
{%- set suspect -%}
(contains({{ json }}, '.') and regexp_matches({{ json }}, '[.][0-9]{8}'))
{%- for column in columns %}
{%- set value = medallion.list_item('_values', names.index(column.raw)) %}
            or strpos({{ value }}, '.') > 9{% if column['type'] != 'text' %} or contains({{ value }}, 'e'){% endif %}
{%- endfor %}
{%- endset -%}
suspects as (
    select *, {{ medallion.json_exact(json, suspect) }} as _exact from parsed
),
exact as (
    select
        _file, _modified_at, _text, _line, _is_odd, _exact, _values as _rounded,
        {{ '_json, ' if plan.envelope }}{{ '_names, ' if spec.get('new_column') != 'ignore' }}
        case when _exact is null then _values
            else {{ medallion.json_values('_exact', plan.fields.values()) | indent(12) }} end as _values
    from suspects
),
{%- endmacro %}
