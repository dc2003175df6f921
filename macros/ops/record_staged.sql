{#-
  Post-hook of a staging model: remembers which files this run staged, one entry a file, or one entry
  without a file when there was nothing to read. The files are taken from the statement that was
  executed, so a file that arrives meanwhile is never taken for read. The last entry has the columns of the source.
-#}
{% macro record_staged() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about -%}
        {{ medallion._insert_files(about, model.name, medallion.files_read(model.compiled_code), medallion.source_seen(model.compiled_code)) }}
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

{#- A source without files (a database) leaves one entry with an empty name: it was read. -#}
{% macro _insert_files(about, model_name, files, seen=none) -%}
    insert into {{ medallion.ops_relation('loaded_files') }}
        (system, object, model, file, size, modified_at, columns, load_id, recorded_at)
    values
    {%- set entries = [{'file': ''}] if files is none else (files or [{}]) %}
    {%- for entry in entries %}
        (
            {{ medallion.literal(about.system) }}, {{ medallion.literal(about.object) }},
            {{ medallion.literal(model_name) }}, {{ medallion.literal(entry.get('file')) }},
            {{ entry.get('size', 'null') }},
            cast({{ medallion.literal(entry.get('modified_at')) }} as {{ medallion.sql_type('timestamp') }}),
            {{ medallion.literal(tojson(seen['columns']) if loop.last and seen and seen['columns'] else none) }},
            '{{ medallion.load_id() }}', {{ medallion.run_started() }}
        ){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
