{#-
  Post-hook of a staging model: keeps the rejected rows of its read in ops.quarantine_entries (a blind append).
  Where nothing was read there are none, and a statement less is sent.
-#}
{% macro record_rejected() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about and medallion.files_read(model.compiled_code) != [] -%}
        {%- set mark = medallion.release_mark() -%}
        {%- set file = "split_part(_source_file, '" ~ mark ~ "', 1)" if mark in (model.compiled_code or '') else '_source_file' -%}
        {{ medallion._insert_rejected(about.system, about.object, this, file) }}
    {%- endif -%}
{%- endmacro %}

{#- `file` is SQL of the file as the source named it. Only this run's rows: checkpointed staging holds earlier ones. -#}
{% macro _insert_rejected(system, object, staging, file) -%}
    {%- set text = medallion.sql_type('text') -%}
    insert into {{ medallion.ops_relation('quarantine_entries') }}
        (entry_id, system, object, reason, rules, raw, source_file, source_line, load_id, recorded_at)
    select
        md5(concat_ws(
            '|', {{ medallion.literal(system) }}, {{ medallion.literal(object) }}, _reject_reason,
            coalesce({{ file }}, ''), coalesce(cast(_source_line as {{ text }}), ''), coalesce(_raw, '')
        )),
        {{ medallion.literal(system) }}, {{ medallion.literal(object) }}, _reject_reason, _failed_rules,
        _raw, {{ file }}, _source_line, _load_id, {{ medallion.run_started() }}
    from {{ staging }}
    where _load_id = '{{ medallion.load_id() }}' and _reject_reason is not null and _reject_reason <> 'dropped'
{%- endmacro %}
