{% macro schema_name(custom, default, prefix) %}
    {{ return(prefix ~ ((custom or '') | trim or default)) }}
{% endmacro %}
