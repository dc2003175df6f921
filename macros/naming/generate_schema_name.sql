{% macro generate_schema_name(custom_schema_name=none, node=none) %}
    {%- if not custom_schema_name -%}
        {{ return(medallion.schema_name(none, target.schema, medallion.schema_prefix())) }}
    {%- endif -%}
    {#- fqn: project, layer, system, model. -#}
    {%- set folders = node.fqn if node else [] -%}
    {%- set system = folders[2] if folders | length > 3 else none -%}
    {{ return(medallion.layer_schema(custom_schema_name | trim, system)) }}
{% endmacro %}
