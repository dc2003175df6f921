{# The engine's column type of a metadata type; an encoding after `@` does not change it. #}
{% macro sql_type(type) -%}
    {{ return(adapter.dispatch('sql_type', 'medallion')(type)) }}
{%- endmacro %}

{#- JSON is kept as text: the engines' own JSON types differ. -#}
{% macro default__sql_type(type) -%}
    {%- set name = type.split('@')[0] -%}
    {{ return({'text': 'varchar', 'json': 'varchar', 'integer': 'integer', 'timestamp': 'timestamp'}.get(name, name)) }}
{%- endmacro %}

{#- A timestamp of Spark is an instant, a time does not exist there. -#}
{% macro spark__sql_type(type) -%}
    {%- set name = type.split('@')[0] -%}
    {{ return({
        'text': 'string', 'json': 'string', 'time': 'string', 'integer': 'int', 'timestamp': 'timestamp_ntz',
    }.get(name, name)) }}
{%- endmacro %}
