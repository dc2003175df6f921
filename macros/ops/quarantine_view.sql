{#-
  The view ops.quarantine: every rejected row once, however often it was read (its first entry, and how often it
  came), with the last decision about it and what came of that. `status` is one of:
  open      nobody decided yet, or the released row was rejected again
  released  waits for the next run
  settled   a run has read it again: accepted, or rejected under another reason as an entry of its own
  discarded
-#}
{% macro _quarantine_view() -%}
    create or replace view {{ medallion.ops_relation('quarantine') }} as
    select
        e.entry_id, e.system, e.object, e.reason, e.rules, e.raw, e.source_file, e.source_line,
        e.load_id, e.recorded_at, e.times_seen,
        case
            when d.decision = 'discard' then 'discarded'
            when d.decision is null or (d.payload is null and e.last_load_id >= r.staged_load_id) then 'open'
            when r.bronze_load_id is null then 'released'
            else 'settled'
        end as status,
        d.payload as released_as, d.decided_at, r.bronze_load_id as read_again_load_id
    from (
        select
            *,
            row_number() over (partition by entry_id order by load_id, recorded_at) as entry_rank,
            count(*) over (partition by entry_id) as times_seen,
            max(load_id) over (partition by entry_id) as last_load_id
        from {{ medallion.rejected_entries() }} as rejected
    ) as e
    left join (
        {{ medallion.last_decisions() | indent(8) }}
    ) as d on e.entry_id = d.entry_id
    left join (
        select f.file, f.modified_at, max(f.load_id) as staged_load_id, min(b.load_id) as bronze_load_id
        from {{ medallion.ops_relation('loaded_files') }} as f
        left join {{ medallion.ops_relation('load_state') }} as b
            on b.system = f.system and b.object = f.object and b.load_id >= f.load_id
        where f.file like 'quarantine:%'
        group by f.file, f.modified_at
    ) as r on r.file = 'quarantine:' || e.entry_id and r.modified_at = d.decided_at
    where e.entry_rank = 1
{%- endmacro %}

{# SELECT of the last decision about each entry: entry_id, system, object, decision, payload, decided_at. -#}
{% macro last_decisions() -%}
select entry_id, system, object, decision, payload, decided_at
from (
    select *, row_number() over (partition by entry_id order by decided_at desc, decision) as decision_rank
    from {{ medallion.ops_relation('quarantine_decisions') }}
) as decisions
where decision_rank = 1
{%- endmacro %}

{#- INSERT of one decision ('release' or 'discard') about entries; `payload` is given where the row was mended. -#}
{% macro decide_entries(entries, decision, payload, decided_at) -%}
insert into {{ medallion.ops_relation('quarantine_decisions') }}
    (entry_id, system, object, decision, payload, decided_at)
values
{%- for entry in entries %}
    (
        {{ medallion.literal(entry.entry_id) }}, {{ medallion.literal(entry.system) }}, {{ medallion.literal(entry.object) }},
        {{ medallion.literal(decision) }}, {{ medallion.literal(payload) }},
        cast({{ medallion.literal(decided_at) }} as {{ medallion.sql_type('timestamp') }})
    ){{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}
