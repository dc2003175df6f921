{#-
  The rows of this run's read of one object: typed, cleaned and checked, one row per source row, rejected
  rows flagged with their reason. The files that were read stand in the first line, as record_staged wants
  them. While dbt only parses, and when nothing waits to be read, it is an empty SELECT.
-#}
{% macro stage(spec) -%}
{%- set plan = medallion.stage_plan(spec) -%}
{%- if plan.recorded is not none %}-- files read: {{ medallion.files_comment(plan.recorded) }}
{% endif -%}
{%- if not plan.is_empty %}-- source seen: {{ medallion.source_seen_comment(spec, plan) }}
{% endif -%}
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
