{#-
  One SELECT of one row, with the columns of load_counts: what the last load of an object without staging wrote into
  its bronze table. Nothing was kept of the rows that it read, so nothing but what was written is counted: the
  other columns are null. No row where the table never read.
-#}
{% macro written_counts(spec, table) -%}
{%- set bigint = medallion.sql_type('bigint') -%}
{%- set text = medallion.sql_type('text') -%}
with ids as (
    {{ medallion._load_ids(table, table) | indent(4) }}
),
memory as (
    {{ medallion._load_memory(spec, table) | indent(4) }}
),
held as (
    {{ medallion._held_rows(spec, table) | indent(4) }}
),
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
classes as (
    select
        {%- for name in ['truncate', 'inserted', 'updated', 'deleted', 'unchanged'] %}
        count(case when _class = '{{ name }}' then 1 end) as rows_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from written
),
counted as (
    select
        {{ medallion.literal(spec.system) }} as system, {{ medallion.literal(spec.object) }} as object,
        {{ medallion.literal(spec.load) }} as load_pattern, i.load_id, i.bronze_load_id, i.staged_at,
        {%- for name in ['rows_staged', 'rows_rejected'] %}
        cast(null as {{ bigint }}) as {{ name }},
        {%- endfor %}
        cast(null as {{ text }}) as rejected_by_reason, cast(null as {{ text }}) as failed_by_rule,
        {%- for name in ['rows_dropped', 'rows_ignored'] %}
        cast(null as {{ bigint }}) as {{ name }},
        {%- endfor %}
        c.rows_truncate,
        {%- for name in ['rows_rescued', 'rows_duplicate', 'rows_conflict', 'rows_superseded', 'rows_late'] %}
        cast(null as {{ bigint }}) as {{ name }},
        {%- endfor %}
        c.rows_inserted, c.rows_updated,
        {% if spec.counted_as == 'replace' -%}
        case when c.rows_inserted > 0 then m.keys_before else 0 end
        {%- else -%}c.rows_deleted{%- endif %} as rows_deleted,
        c.rows_unchanged,
        {%- for name in ['rows_incomplete', 'rows_unaccounted'] %}
        cast(null as {{ bigint }}) as {{ name }},
        {%- endfor %}
        m.keys_before, m.keys_after, m.watermark_used, m.watermark_captured, m.source_version
    from ids as i
    cross join classes as c
    cross join memory as m
)
select *, case {{ medallion._broken_keys() | indent(4) }} end as failure from counted
{%- endmacro %}
