{#-
  Post-hook of a bronze table: copies the entries of the last staged read, so that its files count as
  loaded by this table. A model that reads its source itself (staging: none) takes them from its own SELECT.
-#}
{% macro record_loaded_files() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about and config.get('materialized') != 'view' -%}
        {%- if about.get('staging') -%}
            {{ medallion.copy_staged_files(about, model.name) }}
        {%- else -%}
            {{ medallion._insert_files(about, model.name, medallion.files_read(model.compiled_code)) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The load that filled the staging table last, as a scalar subquery. -#}
{% macro last_staged_load(staging) -%}
    (
        select max(s.load_id) from {{ medallion.ops_relation('loaded_files') }} as s
        where s.model = {{ medallion.literal(staging) }}
    )
{%- endmacro %}
