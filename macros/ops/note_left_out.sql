{#- Says at the start of a run what its environment leaves out, and why (`left_out` of medallion__environments). -#}
{% macro note_left_out() -%}
    {%- set note = medallion.environment().get('left_out') -%}
    {%- if execute and note and flags.WHICH in ['build', 'run', 'retry'] -%}
        {%- do log('Left out on ' ~ target.name ~ ': ' ~ note, info=true) -%}
    {%- endif -%}
{%- endmacro %}
