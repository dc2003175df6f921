{% macro environment() %}
    {#- Used as a package, our vars are not visible to calls from the root project: keep a default. -#}
    {{ return(var('medallion__environments', {}).get(target.name) or {}) }}
{% endmacro %}
