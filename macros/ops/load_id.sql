{# The run's identity: its start time, so that ids sort by time, then the dbt invocation. -#}
{% macro load_id() -%}
    {{- run_started_at.strftime('%Y%m%dT%H%M%S%fZ') ~ '-' ~ invocation_id[:8] -}}
{%- endmacro %}
