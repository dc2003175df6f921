{#-
  The rows of this run's read of one object: typed, cleaned and checked, one row per source row, rejected
  rows flagged with their reason. The files that were read stand in the first line, as record_staged wants
  them. When nothing waits to be read, it is an empty SELECT; while dbt only parses, the lookups' models.
-#}
{% macro stage(spec) -%}
{%- if not execute %}{{ return(medallion._lookups_read(spec)) }}{% endif -%}
{%- set plan = medallion.stage_plan(spec) -%}
{%- if plan.recorded is not none %}-- files read: {{ medallion.files_comment(plan.recorded) }}
{% endif -%}
{%- if not plan.is_empty %}-- source seen: {{ medallion.source_seen_comment(spec, plan) }}
{% endif -%}
{{ medallion._stage_select(spec, plan) }}
{%- endmacro %}

{#-
  The same of all of `files`, or of the whole table where the source has none, whatever was loaded before:
  what the source says now. Nothing is recorded, and no row of the quarantine is read.
-#}
{% macro stage_whole(spec, files) -%}
{%- set plan = medallion._new_plan(spec) -%}
{%- if spec.kind == 'files' -%}
    {%- do plan.update({'files': files, 'readable': medallion.newest_files(spec, files) | rejectattr('size', 'equalto', 0) | list}) -%}
{%- endif -%}
{%- do medallion._plan_reads(spec, plan) -%}
{{ medallion._stage_select(spec, plan) }}
{%- endmacro %}

{#- What dbt has to build before, as comments. -#}
{% macro _lookups_read(spec) -%}
{%- for column in medallion._stage_columns(spec) if column.lookup %}
-- {{ ref(medallion.lookup_model(column.lookup)) }}
{%- endfor %}
{%- endmacro %}

{% macro _stage_select(spec, plan) -%}
{%- if plan.is_empty -%}
{{ medallion.stage_empty(spec) }}
{%- else -%}
with
{%- if spec.format == 'json' %}
{{ medallion.stage_json(spec, plan) }}
{%- else %}
{{ medallion.stage_flat(spec, plan) }}
{%- endif %}
{{ medallion.stage_events(spec, plan) }}
{{ medallion.stage_cleaned(spec, plan) }}
{{ medallion.stage_typed(spec, plan) }}
{{ medallion.stage_judged(spec, plan) }}
{{ medallion.stage_lookups(spec, plan) }}
{{ medallion.stage_named(spec, plan) }}
{{ medallion.stage_ruled(spec, plan) }}
{{ medallion.stage_rows(spec, plan) }}
select * from final
{%- endif -%}
{%- endmacro %}
