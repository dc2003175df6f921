{#-
  SELECT of what a staging model's read found, the rejected rows and the drift of the source: entry_id, kind
  ('rejected' or 'drift'), reason, rules, column_name, policy, row_count, raw, source_file, source_line.
-#}
{% macro findings(about) -%}
    {%- set seen = medallion.source_seen(model.compiled_code) -%}
    {%- set mark = medallion.release_mark() -%}
    {%- set file = "split_part(_source_file, '" ~ mark ~ "', 1)" if mark in (model.compiled_code or '') else '_source_file' -%}
    {{ medallion._rejected_rows(about, this, file) }}
    {%- if seen %}
    {{- medallion.drifted_values(about, this, seen, file) }}
    {%- if seen.events %}
    union all
    {{ medallion.drift_events(about, seen.events) }}
    {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- `file` is SQL of the file as the source named it. Only this run's rows: checkpointed staging holds earlier ones. -#}
{% macro _rejected_rows(about, staging, file) -%}
    {%- set text = medallion.sql_type('text') -%}
    select
        md5(concat_ws(
            '|', {{ medallion.literal(about.system) }}, {{ medallion.literal(about.object) }}, _reject_reason,
            coalesce({{ file }}, ''), coalesce(cast(_source_line as {{ text }}), ''), coalesce(_raw, '')
        )) as entry_id,
        'rejected' as kind, _reject_reason as reason, _failed_rules as rules,
        cast(null as {{ text }}) as column_name, cast(null as {{ text }}) as policy, cast(1 as bigint) as row_count,
        _raw as raw, {{ file }} as source_file, _source_line as source_line
    from {{ staging }}
    where _load_id = '{{ medallion.load_id() }}' and _reject_reason is not null and _reject_reason <> 'dropped'
{%- endmacro %}

{# The rejected rows of ops.read_log, each as often as it was read. #}
{% macro rejected_entries() -%}
    (select * from {{ medallion.ops_relation('read_log') }} where kind = 'rejected')
{%- endmacro %}
