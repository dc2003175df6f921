{% macro location(system, default) %}
    {%- set of_environment = env_var('MEDALLION_LOCATION_' ~ (system | upper), '') -%}
    {%- set of_target = (medallion.environment().get('locations') or {}).get(system) -%}
    {{ return(medallion.project_path(
        of_environment or of_target or default, invocation_args_dict.get('project_dir') or '.'
    )) }}
{% endmacro %}

{% macro project_path(path, project_dir) %}
    {%- set is_relative = path and not path.startswith('/') and ':' not in path -%}
    {{ return((project_dir ~ '/' ~ path) if is_relative and project_dir != '.' else path) }}
{% endmacro %}
