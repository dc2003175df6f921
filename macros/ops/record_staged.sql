{#-
  Post-hook of a staging model: keeps in ops.read_log what this run read and what it found there, in one statement (a
  blind append): an entry a file, or one without a file when there was nothing to read; the rejected rows; the drift of
  the source. The files are taken from the statement that was executed, so a file that arrives meanwhile is never taken
  for read. The last of their entries has the columns of the source.
-#}
{% macro record_staged() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about -%}
        {%- set files = medallion.files_read(model.compiled_code) -%}
        {{ medallion._insert_reads(about, files, medallion.findings(about) if files != [] else '') }}
    {%- endif -%}
{%- endmacro %}

{#- The files named in the first comment of a staging SELECT; none when the source has no files. -#}
{% macro files_read(compiled_code) -%}
    {{ return(medallion._noted(compiled_code, '-- files read: ')) }}
{%- endmacro %}

{#- What the staging SELECT says of its source in a comment (see source_seen_comment); none when it read nothing. -#}
{% macro source_seen(compiled_code) -%}
    {{ return(medallion._noted(compiled_code, '-- source seen: ')) }}
{%- endmacro %}

{%- macro _noted(compiled_code, mark) -%}
    {%- if mark not in (compiled_code or '') -%}{{ return(none) }}{%- endif -%}
    {{ return(fromjson(compiled_code.split(mark, 1)[1].split('\n', 1)[0])) }}
{%- endmacro %}

{#- A source without files (a database) leaves one entry with an empty name: it was read. `found` is a SELECT of findings. -#}
{% macro _insert_reads(about, files, found='') -%}
    {%- set seen = medallion.source_seen(model.compiled_code) -%}
    insert into {{ medallion.ops_relation('read_log') }}
        (entry_id, kind, system, object, model, reason, rules, column_name, policy, row_count, raw, source_file,
        source_line, size, modified_at, columns, load_id, recorded_at)
    select entry_id, kind, {{ medallion.literal(about.system) }}, {{ medallion.literal(about.object) }},
        {{ medallion.literal(model.name) }}, reason, rules, column_name, policy, row_count, raw, source_file,
        source_line, size, modified_at, columns, '{{ medallion.load_id() }}', {{ medallion.run_started() }}
    from (
        select
            null as entry_id, 'file' as kind, null as reason, null as rules, null as column_name, null as policy,
            null as row_count, null as raw, source_file, null as source_line, size, modified_at, columns
        from (values
        {%- set entries = [{'file': ''}] if files is none else (files or [{}]) %}
        {%- for entry in entries %}
            (
                {{ medallion.literal(entry.get('file')) }}, {{ entry.get('size', 'null') }},
                cast({{ medallion.literal(entry.get('modified_at')) }} as {{ medallion.sql_type('timestamp') }}),
                {{ medallion.literal(tojson(seen['columns']) if loop.last and seen and seen['columns'] else none) }}
            ){{ ',' if not loop.last }}
        {%- endfor %}
        ) as files (source_file, size, modified_at, columns)
        {%- if found %}
        union all
        select
            entry_id, kind, reason, rules, column_name, policy, row_count, raw, source_file, source_line, null, null, null
        from (
            {{ found | indent(12) }}
        ) as found
        {%- endif %}
    ) as read
{%- endmacro %}
