{# Columns separated by commas, each with the alias in front when one is given. -#}
{% macro column_list(columns, alias=none) -%}
    {%- for column in columns %}{{ alias ~ '.' if alias }}{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# Null-free equality of the columns of two aliases (keys are never null where this is used). -#}
{% macro columns_equal(columns, left, right) -%}
    {%- for column in columns %}{{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# True when any of the columns differs, null-safe. -#}
{% macro columns_differ(columns, left, right, prefix='') -%}
    (
    {%- for column in columns -%}
        {{ left }}.{{ column }} is distinct from {{ right }}.{{ prefix }}{{ column }}{{ ' or ' if not loop.last }}
    {%- else -%}1 = 0{%- endfor -%}
    )
{%- endmacro %}

{# The total order of payloads, greatest first: column by column in the order given, null lowest. -#}
{% macro payload_descending(columns, alias=none) -%}
    {%- for column in columns %}{{ alias ~ '.' if alias }}{{ column }} desc nulls last{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# left > right in the order of payload_descending, written without struct comparison. -#}
{% macro payload_greater(columns, left, right, prefix='') -%}
    {%- for column in columns -%}
        {%- set l = left ~ '.' ~ column -%}{%- set r = right ~ '.' ~ prefix ~ column -%}
        ({{ l }} > {{ r }} or ({{ l }} is not null and {{ r }} is null)
        {%- if not loop.last %} or ({{ l }} is not distinct from {{ r }} and {% endif -%}
    {%- else -%}(1 = 0){%- endfor -%}
    {%- for column in columns %}{{ '))' if not loop.last else ')' }}{% endfor -%}
{%- endmacro %}
