{#-
  Post-hook of a bronze table that reads its source itself (staging: none): remembers the files of its own
  SELECT. One behind a staging model needs none: its entry in load_state says which staged read it applied.
-#}
{% macro record_loaded_files() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about and not about.get('staging') and config.get('materialized') != 'view' -%}
        {{ medallion._insert_reads(about, medallion.files_read(model.compiled_code)) }}
    {%- endif -%}
{%- endmacro %}

{#- The load that filled the staging table last, as a scalar subquery. -#}
{% macro last_staged_load(staging) -%}
    (
        select max(s.load_id) from {{ medallion.ops_relation('loaded_files') }} as s
        where s.model = {{ medallion.literal(staging) }}
    )
{%- endmacro %}

{#-
  SELECT of the reads of an object that its bronze tables applied, as (model, load_id): an entry of load_state
  stands for the last read that was staged before it. Load ids sort by time.
-#}
{% macro applied_reads(reader, models) -%}
select distinct model, read_id as load_id
from (
    select model, max(staged_id) over (order by load_id) as read_id
    from (
        select distinct cast(null as {{ medallion.sql_type('text') }}) as model, load_id, load_id as staged_id
        from {{ medallion.ops_relation('loaded_files') }}
        where model = {{ medallion.literal(reader) }}
        union all
        select distinct model, load_id, null
        from {{ medallion.ops_relation('load_state') }}
        where model in ({{ medallion._text_list(models) }})
    ) as moments
) as reads
where model is not null and read_id is not null
{%- endmacro %}
