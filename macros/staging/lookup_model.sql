{# The bronze model with the current rows that a lookup (`system.object.column`) reads. #}
{% macro lookup_model(lookup) -%}
    {%- set parts = lookup.split('.') -%}
    {{ return('brz_' ~ parts[0] ~ '__' ~ parts[1]) }}
{%- endmacro %}
