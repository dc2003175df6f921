{#- CTE `typed`: each column (`_t_`), sequence component and event time as a value of its type, null where it is none. -#}
{% macro stage_typed(spec, plan) -%}
typed as (
    select
        *
        {%- for column in plan.columns %},
        {{ medallion._typed_value(plan, column) | indent(8) }} as {{ column.typed }}
        {%- endfor %}
        {%- for part in medallion._sequence_parts(spec) if part not in plan.placed %},
        {{ medallion._typed_part(plan, part) | indent(8) }} as {{ part.typed }}
        {%- endfor %}
        {%- for time in spec.get('event_time') or [] %},
        {{ medallion._typed_field(plan, '_time_' ~ loop.index, time['type']) | indent(8) }} as _at_{{ loop.index }}
        {%- endfor %}
    from cleaned
),
{%- endmacro %}

{% macro _typed_value(plan, column) -%}
{%- if column.native -%}
{{ medallion._finite(column.clean, column['type']) }}
{%- elif plan.is_json and column['type'].startswith('decimal') and '@' not in column['type'] -%}
case when not _l_{{ column.name }} then {{ medallion.cast_safely(column.clean, column['type']) }} end
{%- else -%}
{{ medallion.cast_safely(column.clean, column['type'], plan.time_zone) }}
{%- endif -%}
{%- endmacro %}

{#- What is known from the file or the run needs no cast. -#}
{% macro _typed_part(plan, part) -%}
{{ medallion._file_sources().get(part.source) or medallion._typed_field(plan, part.raw, part['type']) }}
{%- endmacro %}

{% macro _typed_field(plan, field, type) -%}
{{ medallion._finite(field, type) if field in plan.native else medallion.cast_safely(field, type, plan.time_zone) }}
{%- endmacro %}

{#- A value that has its type already; of doubles, infinity and NaN are no values. -#}
{% macro _finite(expression, type) -%}
{%- if type == 'double' -%}
case when abs({{ expression }}) < cast('Infinity' as double) then {{ expression }} end
{%- else -%}
{{ expression }}
{%- endif -%}
{%- endmacro %}
