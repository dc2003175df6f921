{#-
  CTE `looked_up`: for each column with a lookup the reference's spelling of its value (`_s_`), found by
  the trimmed text in any case, and whether the reference does not know it (`_u_`). An unknown value
  stays and is listed in `_failed_rules`; of a value that the reference spells in several ways each stays.
-#}
{% macro stage_lookups(spec, plan) -%}
{%- set columns = plan.columns | selectattr('lookup') | list -%}
{%- if columns -%}
looked_up as (
    select
        j.*
        {%- for column in columns %},
        {%- set found = '_lookup_' ~ loop.index %}
        case when {{ found }}._least = {{ found }}._greatest then cast({{ found }}._least as {{ medallion.sql_type(column['type']) }})
            else j.{{ column.typed }} end as _s_{{ column.name }},
        j._op = 'upsert' and j.{{ column.typed }} is not null and {{ found }}._known is null as _u_{{ column.name }}
        {%- endfor %}
    from judged as j
    {%- for column in columns %}
    left join (
        {{ medallion._reference_values(column.lookup) | indent(8) }}
    ) as _lookup_{{ loop.index }} on _lookup_{{ loop.index }}._known = {{ medallion._lookup_key('j.' ~ column.typed) }}
    {%- endfor %}
),
{%- endif -%}
{%- endmacro %}

{% macro _reference_values(lookup) -%}
{%- set column = lookup.split('.')[2] -%}
{%- set text = 'cast(' ~ column ~ ' as ' ~ medallion.sql_type('text') ~ ')' -%}
select {{ medallion._lookup_key(column) }} as _known, min({{ text }}) as _least, max({{ text }}) as _greatest
from {{ ref(medallion.lookup_model(lookup)) }}
where {{ column }} is not null
group by {{ medallion._lookup_key(column) }}
{%- endmacro %}

{% macro _lookup_key(expression) -%}
lower(trim(cast({{ expression }} as {{ medallion.sql_type('text') }})))
{%- endmacro %}
