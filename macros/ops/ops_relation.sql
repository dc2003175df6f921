{# A table of the ops schema as a relation. -#}
{% macro ops_relation(name) -%}
    {{ return(api.Relation.create(
        database=target.get('database'), schema=medallion.layer_schema('ops'), identifier=name
    )) }}
{%- endmacro %}
