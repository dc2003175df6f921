{#-
  The version of a snapshot that was read and held no row at all: it carries no version column, so its
  version comes from its file (a version column is followed by the next number, or by the file's time).
-#}
{% macro empty_snapshot(spec) -%}
{%- set files = medallion.ops_relation('loaded_files') -%}
{%- set sequence = medallion.sql_type(spec.sequence_type) -%}
select
    '' as _scope,
    cast({{ medallion._empty_version(spec) }} as {{ sequence }}) as _version,
    cast(
        {{ medallion._empty_version(spec) if spec.event_time_type == spec.sequence_type else 'f.modified_at' }}
        as {{ medallion.sql_type(spec.event_time_type) }}
    ) as _event_time
from (
    select max(modified_at) as modified_at, max(file) as file from {{ files }}
    where model = {{ medallion.literal(spec.staging) }} and file is not null
        and load_id = {{ medallion.last_staged_load(spec.staging) }}
    having count(*) > 0
) as f
where not exists (select 1 from staged)
{%- endmacro %}

{% macro _empty_version(spec) -%}
    {%- set version = spec.get('version') -%}
    {%- if version == '_file_name' -%}
        regexp_replace(f.file, '^.*/', '')
    {%- elif version == '_file_number' -%}
        {{ medallion.digits("regexp_replace(f.file, '^.*/', '')") }}
    {%- elif version == '_run_started_at' -%}
        {{ medallion.run_started() }}
    {%- elif spec.sequence_type.split('(')[0] in ['integer', 'bigint', 'decimal', 'double'] -%}
        (select max(t._sequence) + 1 from stored as t)
    {%- else -%}
        f.modified_at
    {%- endif -%}
{%- endmacro %}
