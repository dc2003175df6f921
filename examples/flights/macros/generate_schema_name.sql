{#- dbt takes this macro from the root project only. -#}
{% macro generate_schema_name(custom_schema_name=none, node=none) %}
    {{ return(medallion.generate_schema_name(custom_schema_name, node)) }}
{% endmacro %}
