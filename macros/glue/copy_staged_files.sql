{# The statement that copies the entries of the last staged read to a bronze table. #}
{% macro copy_staged_files(about, model_name) -%}
    {{ return(adapter.dispatch('copy_staged_files', 'medallion')(about, model_name)) }}
{%- endmacro %}

{% macro default__copy_staged_files(about, model_name) -%}
    {%- set files = medallion.ops_relation('loaded_files') -%}
    insert into {{ files }} (system, object, model, file, size, modified_at, load_id, recorded_at)
    select
        f.system, f.object, {{ medallion.literal(model_name) }}, f.file, f.size, f.modified_at,
        '{{ medallion.load_id() }}', {{ medallion.run_started() }}
    from {{ files }} as f
    where f.model = {{ medallion.literal(about.staging) }}
        and f.load_id = {{ medallion.last_staged_load(about.staging) }}
        and f.file <> ''
        and not exists (
            select 1 from {{ files }} as known
            where known.model = {{ medallion.literal(model_name) }} and known.file = f.file
                and known.load_id >= f.load_id
        )
{%- endmacro %}

{#- Delta refuses an insert that reads its own table beside other writers: what to append is read first. -#}
{% macro spark__copy_staged_files(about, model_name) -%}
    {%- set text = medallion.sql_type('text') -%}
    {%- set query -%}
        select f.file, f.size, cast(f.modified_at as {{ text }}) from {{ medallion.ops_relation('loaded_files') }} as f
        where f.model = {{ medallion.literal(about.staging) }}
            and f.load_id = {{ medallion.last_staged_load(about.staging) }}
            and f.file <> ''
            and not exists (
                select 1 from {{ medallion.ops_relation('loaded_files') }} as known
                where known.model = {{ medallion.literal(model_name) }} and known.file = f.file
                    and known.load_id >= f.load_id
            )
    {%- endset -%}
    {%- set entries = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do entries.append({'file': row[0], 'size': row[1] | int, 'modified_at': row[2] | string}) -%}
    {%- endfor -%}
    {{ medallion._insert_files(about, model_name, entries) if entries }}
{%- endmacro %}
