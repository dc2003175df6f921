{#-
  What a load reads: its staging model (of one that keeps the rows of earlier runs, those staged last),
  or the staging SELECT itself where the object has none. All that a load renders while dbt only parses: what
  it depends on.
-#}
{% macro staged_rows(spec) -%}
    {%- if spec.get('staging') -%}
        select * from {{ ref(spec.staging) }}
        {%- if spec.get('checkpointed') %}
        where _load_id = {{ medallion.last_staged_load(spec.staging) }}
        {%- endif %}
    {%- else -%}
        {{ medallion.stage(spec.stage) }}
    {%- endif -%}
{%- endmacro %}
