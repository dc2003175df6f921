{#-
  SELECT of what was done about one entry of the quarantine: at, step, load_id, said (see history.py). A
  released row that was rejected for another reason, or mended and rejected, is an entry of its own.
-#}
{% macro entry_history(entry_id) -%}
{%- set id = medallion.literal(entry_id) -%}
{%- set text = medallion.sql_type('text') -%}
with own as (
    select * from {{ medallion.rejected_entries() }} as e where entry_id = {{ id }}
),
decisions as (
    select * from {{ medallion.ops_relation('quarantine_decisions') }} where entry_id = {{ id }}
),
readings as (
    select model, load_id, max(recorded_at) as recorded_at
    from {{ medallion.ops_relation('loaded_files') }}
    where file = 'quarantine:' || {{ id }}
    group by model, load_id
),
applied as (
    select b.model, min(b.load_id) as load_id, min(b.recorded_at) as recorded_at
    from {{ medallion.ops_relation('load_state') }} as b
    inner join (select distinct system, object from own) as o on b.system = o.system and b.object = o.object
    inner join readings as r on b.load_id >= r.load_id
    group by b.model, r.load_id
),
elsewhere as (
    select distinct e.recorded_at, e.load_id, e.entry_id, e.reason
    from {{ medallion.rejected_entries() }} as e
    inner join readings as r on r.load_id = e.load_id
    inner join (select distinct system, object, source_file, source_line, raw from own) as o
        on e.system = o.system and e.object = o.object
        and e.source_file is not distinct from o.source_file
        and e.source_line is not distinct from o.source_line
    where e.entry_id <> {{ id }}
        and (e.raw is not distinct from o.raw or e.raw in (select payload from decisions where payload is not null))
)
select recorded_at as at, 'reject' as step, load_id, reason as said from own
union all
select decided_at, decision, cast(null as {{ text }}), payload from decisions
union all
select recorded_at, 'stage', load_id, model from readings
union all
select recorded_at, 'apply', load_id, model from applied
union all
select recorded_at, 'reject elsewhere', load_id, substring(entry_id, 1, 12) || ' (' || reason || ')' from elsewhere
{%- endmacro %}
