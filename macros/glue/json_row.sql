{#
  A JSON object (as text) of names and SQL expressions without the null ones, put into another JSON
  object when one is given; null when nothing is left.
#}
{% macro json_row(fields, into=none) -%}
    {{ return(adapter.dispatch('json_row', 'medallion')(fields, into)) }}
{%- endmacro %}

{% macro default__json_row(fields, into) -%}
    nullif(to_json(map_filter(map_concat(
        {{ "coalesce(from_json(" ~ into ~ ", 'map<string,string>'), map())" if into else 'map()' }},
        map({% for name, value in fields.items() %}{{ medallion.literal(name) }}, cast({{ value }} as string){{ ', ' if not loop.last }}{% endfor %})
    ), (k, v) -> v is not null)), '{}')
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
