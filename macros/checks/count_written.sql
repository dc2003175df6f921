{#-
  CTEs `staged_counts` and `class_counts` of an object without staging: nothing was kept of the rows that were read, so
  nothing but what was written is counted. All else is null.
-#}
{% macro count_written(spec) -%}
{%- set nothing = 'cast(null as ' ~ medallion.sql_type('bigint') ~ ')' -%}
{%- set no_text = 'cast(null as ' ~ medallion.sql_type('text') ~ ')' -%}
written as (
    select
        {%- if spec.counted_as == 'replace' %}
        case when _is_written_now then 'inserted' end as _class
        {%- else %}
        case
            when _action = 'truncate' then case when _is_written_now then 'truncate' end
            else {{ medallion.class_of_action() | indent(12) }}
        end as _class
        {%- endif %}
    from held
),
staged_counts as (
    select
        {%- for name in ['staged', 'rejected', 'dropped', 'ignored', 'rescued'] %}
        {{ nothing }} as rows_{{ name }},
        {%- endfor %}
        {{ no_text }} as rejected_by_reason, {{ no_text }} as failed_by_rule,
        count(case when _class = 'truncate' then 1 end) as rows_truncate
    from written
),
class_counts as (
    select
        {%- for name in ['duplicate', 'conflict', 'superseded', 'late', 'incomplete', 'unaccounted'] %}
        {{ nothing }} as rows_{{ name }},
        {%- endfor %}
        {%- for name in ['inserted', 'updated', 'unchanged'] %}
        count(case when _class = '{{ name }}' then 1 end) as rows_{{ name }},
        {%- endfor %}
        {% if spec.counted_as == 'replace' -%}
        case when count(_class) > 0 then (select keys_before from ids) else 0 end
        {%- else -%}
        count(case when _class = 'deleted' then 1 end)
        {%- endif %} as rows_deleted
    from written
),
{%- endmacro %}
