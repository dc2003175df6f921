{#
  A JSON object (as text) of names and SQL expressions without the null ones, put into another JSON
  object when one is given; null when nothing is left.
#}
{% macro json_row(fields, into=none) -%}
    {{ return(adapter.dispatch('json_row', 'medallion')(fields, into)) }}
{%- endmacro %}

{% macro default__json_row(fields, into) -%}
    {%- set own -%}
    map_filter(
        map({% for name, value in fields.items() %}{{ medallion.literal(name) }}, cast(cast({{ value }} as string) as variant){{ ', ' if not loop.last }}{% endfor %}),
        (k, v) -> v is not null
    )
    {%- endset -%}
    {%- if into -%}
    {%- set given = "from_json(coalesce(" ~ into ~ ", '{}'), 'map<string,variant>')" -%}
    nullif(to_json(map_concat({{ given }}, {{ own }})), '{}')
    {%- else -%}
    nullif(to_json({{ own }}), '{}')
    {%- endif -%}
{%- endmacro %}

{#- A merge patch drops what is null in it. -#}
{% macro duckdb__json_row(fields, into) -%}
    nullif(cast(json_merge_patch(
        {{ "coalesce(" ~ into ~ ", '{}')" if into else "'{}'" }},
        json_object(
            {%- for name, value in fields.items() %}
            {{ medallion.literal(name) }}, {{ value }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    ) as varchar), '{}')
{%- endmacro %}
