{#-
  One SELECT with a row an object: what its last load did, every staged row in exactly one class, counted from the
  tables after the load; no row where staging was never read. A request says of an object: `spec`, what generate's
  counts_spec makes of it, `staging` and `table`, the relations of its staging model and of the bronze table that is
  counted. Classes are null while bronze has not applied the load. Without a staging model (none) only what was
  written is counted, and what only staging can tell is null.
-#}
{% macro load_counts(requests) -%}
with loads as (
    {{ medallion._last_loads(requests) | indent(4) }}
)
{% for request in requests -%}
select * from (
    {{ medallion._counts_of_load(request.spec, request.staging, request.table) | indent(4) }}
) as c
{%- if not loop.last %}
union all
{% endif -%}
{%- endfor -%}
{%- endmacro %}

{#- The row of one object, from the CTE `loads`. -#}
{% macro _counts_of_load(spec, staging, table) -%}
with ids as (
    select * from loads where model = {{ medallion.literal(table.identifier) }}
),
{%- if staging %}
staged as (
    select * from {{ staging }} where _load_id = (select load_id from ids)
),
staged_counts as (
    {{ medallion._staged_counts(spec) | indent(4) }}
),
{%- endif %}
held as (
    {{ medallion._held_rows(spec, table) | indent(4) }}
),
{% if not staging -%}
{{ medallion.count_written(spec) }}
{%- elif spec.counted_as == 'ledger' -%}
{{ medallion.count_ledger(spec) }}
{%- elif spec.counted_as == 'full' -%}
{{ medallion.count_full(spec) }}
{%- elif spec.counted_as == 'replace' -%}
{{ medallion.count_replace() }}
{%- else -%}
{{ medallion.count_newest(spec) }}
{%- endif %}
counted as (
    select
        {{ medallion.literal(spec.system) }} as system, {{ medallion.literal(spec.object) }} as object,
        {{ medallion.literal(spec.load) }} as load_pattern, i.load_id, i.bronze_load_id, i.staged_at,
        s.rows_staged, s.rows_rejected, s.rejected_by_reason, s.failed_by_rule, s.rows_dropped, s.rows_ignored,
        s.rows_truncate, s.rows_rescued,
        {%- for name in medallion.load_classes() + ['rows_incomplete', 'rows_unaccounted'] %}
        case when i.bronze_load_id is not null then c.{{ name }} end as {{ name }},
        {%- endfor %}
        i.keys_before, i.keys_after, {{ medallion._watermark_used(spec, table) | indent(8) }} as watermark_used,
        i.watermark_captured, i.source_version
    from ids as i
    cross join staged_counts as s
    cross join class_counts as c
)
select *, {{ medallion.broken_identity(spec) | indent(4) }} as failure from counted
{%- endmacro %}

{#-
  The first identity of load-semantics section 3 that the counts break, as text; null when all hold. A load that
  bronze has not applied has nothing to break. A missing key of a snapshot is deleted without having been
  staged, and a truncate deletes keys without an event of their own.
-#}
{% macro broken_identity(spec) -%}
{%- set classes = ['rows_rejected', 'rows_dropped', 'rows_ignored', 'rows_truncate'] + medallion.load_classes() -%}
{%- if spec.load == 'full' %}{% set classes = classes | reject('equalto', 'rows_deleted') | list %}{% endif -%}
case
    when rows_unaccounted <> 0
        then rows_unaccounted || ' rows are in no class, or were written without having been staged'
    when rows_staged <> {{ classes | join(' + ') }}
        then rows_staged || ' rows were staged, their classes have ' || ({{ classes | join(' + ') }})
    when keys_after <> keys_before + rows_inserted - rows_deleted and rows_truncate = 0
        then 'there were ' || keys_before || ' live keys, ' || rows_inserted || ' were inserted and ' || rows_deleted
            || ' deleted, now there are ' || keys_after
end
{%- endmacro %}

{# The classes of an accepted row, as columns of load_counts. -#}
{% macro load_classes() -%}
    {{ return([
        'rows_duplicate', 'rows_conflict', 'rows_superseded', 'rows_late', 'rows_inserted', 'rows_updated',
        'rows_deleted', 'rows_unchanged',
    ]) }}
{%- endmacro %}

{#-
  By bronze table: the load that staging read last, the load of the table that applied it (the same, unless bronze was
  run again on its own) and the one that it applied before, as its entries in load_state say; and what these
  entries remember.
-#}
{% macro _last_loads(requests) -%}
select
    i.*, case when max(a.load_id) is not null then coalesce(max(b.live_keys), 0) end as keys_before,
    max(a.live_keys) as keys_after, max(a.watermark) as watermark_captured, max(a.source_version) as source_version
from (
    select
        r.model, r.load_id, r.staged_at, min(case when s.load_id >= r.load_id then s.load_id end) as bronze_load_id,
        coalesce(max(case when s.load_id < r.load_id then s.load_id end), '') as earlier_load_id
    from (
        select m.model, max(f.load_id) as load_id, max(f.recorded_at) as staged_at
        from (values
            {%- for request in requests %}
            ({{ medallion.literal((request.staging or request.table).identifier) }}, {{ medallion.literal(request.table.identifier) }})
            {{- ',' if not loop.last }}
            {%- endfor %}
        ) as m (reader, model)
        inner join {{ medallion.ops_relation('loaded_files') }} as f on f.model = m.reader
        group by m.model
    ) as r
    left join {{ medallion.ops_relation('load_state') }} as s on s.model = r.model
    group by r.model, r.load_id, r.staged_at
) as i
left join {{ medallion.ops_relation('load_state') }} as a on a.model = i.model and a.load_id = i.bronze_load_id
left join {{ medallion.ops_relation('load_state') }} as b on b.model = i.model and b.load_id = i.earlier_load_id
group by i.model, i.load_id, i.staged_at, i.bronze_load_id, i.earlier_load_id
{%- endmacro %}

{#-
  The rows of the bronze table, and whether the load that is counted inserted or wrote them: every run behind the
  last one that bronze recorded. A run that was killed between writing the table and recording it left its rows to
  the run that repaired it.
-#}
{% macro _held_rows(spec, table) -%}
select
    t.*,
    {% if spec.counted_as != 'replace' -%}
    t._inserted_load_id > i.earlier_load_id and t._inserted_load_id <= i.bronze_load_id as _is_inserted_now,
    {% endif -%}
    t._load_id > i.earlier_load_id and t._load_id <= i.bronze_load_id as _is_written_now
from {{ table }} as t
cross join ids as i
where i.bronze_load_id is not null
{%- endmacro %}

{#- What staging itself knows of its rows. -#}
{% macro _staged_counts(spec) -%}
{%- set reasons = {} -%}
{%- for reason in medallion.reject_reasons() %}{% do reasons.update({reason: "_reject_reason = '" ~ reason ~ "'"}) %}{% endfor -%}
{%- set rules = {} -%}
{%- for rule in spec.get('rules') or [] %}{% do rules.update({rule: "_failed_rules like '%|" ~ rule ~ "|%'"}) %}{% endfor -%}
select
    count(*) as rows_staged,
    count(case when _reject_reason <> 'dropped' then 1 end) as rows_rejected,
    {{ medallion._counts_as_json(reasons) | indent(4) }} as rejected_by_reason,
    {{ medallion._counts_as_json(rules) | indent(4) }} as failed_by_rule,
    count(case when _reject_reason = 'dropped' then 1 end) as rows_dropped,
    count(case when _reject_reason is null and _op = 'ignore' then 1 end) as rows_ignored,
    count(case when _reject_reason is null and _op = 'truncate' then 1 end) as rows_truncate,
    count(case when _reject_reason is null and _op = 'upsert' and _rescued is not null then 1 end) as rows_rescued
from staged
{%- endmacro %}

{# The reasons for which staging rejects a row, `dropped` aside. -#}
{% macro reject_reasons() -%}
    {{ return([
        'malformed', 'unknown_op', 'null_key', 'null_sequence', 'cast_error', 'unavailable_value', 'expectation',
    ]) }}
{%- endmacro %}

{#- JSON text {"name": rows} of those conditions (name -> SQL) that hold for a row. -#}
{% macro _counts_as_json(conditions) -%}
{%- if not conditions -%}{{ return("'{}'") }}{%- endif -%}
'{' || concat_ws(', '
    {%- for name, condition in conditions.items() -%}
    {%- set rows = 'count(case when ' ~ condition ~ ' then 1 end)' -%}
    ,
    case when {{ rows }} > 0 then '"{{ name }}": ' || cast({{ rows }} as {{ medallion.sql_type('text') }}) end
    {%- endfor %}
) || '}'
{%- endmacro %}

{#- The watermark with which the load read: the highest of all loads before it. -#}
{% macro _watermark_used(spec, table) -%}
{%- set text = medallion.sql_type('text') -%}
{%- if not spec.get('watermark_type') -%}{{ return('cast(null as ' ~ text ~ ')') }}{%- endif -%}
(
    select cast(max(cast(b.watermark as {{ medallion.sql_type(spec.watermark_type) }})) as {{ text }})
    from {{ medallion.ops_relation('load_state') }} as b
    inner join ids as n on b.load_id < n.load_id
    where b.model = {{ medallion.literal(table.identifier) }}
)
{%- endmacro %}
