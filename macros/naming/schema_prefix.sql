{% macro schema_prefix() %}
    {%- set of_target = medallion.environment().get('schema_prefix') -%}
    {{ return(env_var('MEDALLION_SCHEMA_PREFIX', '') or of_target or '') }}
{% endmacro %}
