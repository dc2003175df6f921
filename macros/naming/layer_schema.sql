{% macro layer_schema(layer, system=none) %}
    {%- set name = medallion.schema_of_layer(layer, var('medallion__schemas', {}), system) -%}
    {{ return(medallion.schema_name(name, target.schema, medallion.schema_prefix())) }}
{% endmacro %}
