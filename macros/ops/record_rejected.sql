{#-
  Post-hook of a staging model: keeps the rejected rows of its read in ops.quarantine_entries (a blind append).
  Where nothing was read there are none, and a statement less is sent.
-#}
{% macro record_rejected() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about and medallion.files_read(model.compiled_code) != [] -%}
        {{ medallion._insert_rejected(about.system, about.object, this) }}
    {%- endif -%}
{%- endmacro %}

{% macro _insert_rejected(system, object, staging) -%}
    {%- set text = medallion.sql_type('text') -%}
    insert into {{ medallion.ops_relation('quarantine_entries') }}
        (entry_id, system, object, reason, rules, raw, source_file, source_line, load_id, recorded_at)
    select
        md5(concat_ws(
            '|', {{ medallion.literal(system) }}, {{ medallion.literal(object) }}, _reject_reason,
            coalesce(_source_file, ''), coalesce(cast(_source_line as {{ text }}), ''), coalesce(_raw, '')
        )),
        {{ medallion.literal(system) }}, {{ medallion.literal(object) }}, _reject_reason, _failed_rules,
        _raw, _source_file, _source_line, _load_id, {{ medallion.run_started() }}
    from {{ staging }}
    where _reject_reason is not null and _reject_reason <> 'dropped' and _load_id = '{{ medallion.load_id() }}'
{%- endmacro %}
