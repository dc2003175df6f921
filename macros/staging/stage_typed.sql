{#- CTE `typed`: each column (`_t_`), sequence component and event time as a value of its type, null where it is none. -#}
{% macro stage_typed(spec, plan) -%}
typed as (
    select
        *
        {%- for column in plan.columns %},
        {{ medallion._typed_value(plan, column) | indent(8) }} as {{ column.typed }}
        {%- endfor %}
        {%- for part in medallion._sequence_parts(spec) %},
        {{ medallion._typed_part(plan, part) | indent(8) }} as {{ part.typed }}
        {%- endfor %}
        {%- for time in spec.get('event_time') or [] %},
        {{ medallion.cast_safely('_time_' ~ loop.index, time['type'], plan.time_zone) | indent(8) }} as _at_{{ loop.index }}
        {%- endfor %}
    from cleaned
),
{%- endmacro %}

{% macro _typed_value(plan, column) -%}
{%- if column.native -%}
{{ column.clean }}
{%- elif plan.is_json and column['type'].startswith('decimal') and '@' not in column['type'] -%}
case when not _l_{{ column.name }} then {{ medallion.cast_safely(column.clean, column['type']) }} end
{%- else -%}
{{ medallion.cast_safely(column.clean, column['type'], plan.time_zone) }}
{%- endif -%}
{%- endmacro %}

{#- What is known from the file or the run needs no cast. -#}
{% macro _typed_part(plan, part) -%}
{{ medallion._file_sources().get(part.source) or medallion.cast_safely(part.raw, part['type'], plan.time_zone) }}
{%- endmacro %}
