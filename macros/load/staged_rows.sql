{#-
  What a load reads: its staging model (of one that keeps the rows of earlier runs, those staged last),
  or the staging SELECT itself where the object has none.
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
