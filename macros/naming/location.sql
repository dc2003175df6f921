{% macro location(system, default) %}
    {%- set of_environment = env_var('MEDALLION_LOCATION_' ~ (system | upper), '') -%}
    {%- set of_target = (medallion.environment().get('locations') or {}).get(system) -%}
    {{ return(of_environment or of_target or default) }}
{% endmacro %}
