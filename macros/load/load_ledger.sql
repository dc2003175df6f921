{#-
  Every accepted event once, keyed by (keys, `_sequence`), with the history cut from it. The events of
  every key that the batch touches are cut again, and only rows that are new or whose derived columns
  changed are emitted. A version is the last event of a run of equal tracked values.
-#}
{% macro load_ledger(spec) -%}
{%- if not execute %}{{ return(medallion.staged_rows(spec)) }}{% endif -%}
{%- set types = medallion.check_definition() -%}
{%- set c = medallion.load_columns(spec) -%}
{%- set stored = is_incremental() -%}
with {{ medallion.table_cte('staged', spec.get('staging')) }} (
    {{ medallion.staged_rows(spec) }}
),
{%- if stored %}
{%- set promoted = medallion.promoted_columns(spec, types) %}
{{ medallion.table_cte('stored') }} (
    {{ medallion.stored_rows(spec, types, promoted, medallion.ledger_columns(c)) }}
),
{%- endif %}
{{ medallion.events(spec, c, '_is_current', stored) }}
{{ medallion.ledger_truncates(spec, stored) if spec.get('truncate') }}
{{ medallion.ledger_events(spec, c, stored, promoted) }}
{{ medallion.ledger_ranked(spec, c) }}
{{ medallion.ledger_placed(spec, c) }}
{{ medallion.ledger_filled(c) }}
{{ medallion.ledger_cut(c) }}
{{ medallion.refusals(spec, c, 'ledger', stored) }}
{{ medallion.ledger_rows(spec, c) }}
{%- endmacro %}

{# Technical columns of a stored ledger row that a load reads again. -#}
{% macro ledger_columns(c) -%}
    {{ return((['_not_sent', '_is_incomplete'] if c['carry'] else []) + [
        '_op', '_sequence', '_event_time', '_start_sequence', '_end_sequence', '_valid_from', '_valid_to',
        '_is_version', '_is_current', '_inserted_load_id',
    ]) }}
{%- endmacro %}
