{#-
  The rows that the bronze table holds, as the metadata describes them now. A column that the table does not
  have yet, or that was widened, is filled from `_rescued`; `_is_promoted` marks the rows in which that found
  a value.
-#}
{% macro stored_rows(spec, stored, promoted, technical) -%}
    select
        {{ medallion.column_list(spec['keys']) }},
        {%- for column, type in spec['columns'].items() %}
        {% if column in promoted -%}
            {{ promoted[column].value }} as {{ column }}
        {%- elif column | lower in stored -%}
            {{ column }}
        {%- else -%}
            cast(null as {{ medallion.sql_type(type) }}) as {{ column }}
        {%- endif %},
        {%- endfor %}
        {{ medallion.rescued_left(promoted) }} as _rescued,
        {%- for column in technical %}
        {{ medallion.promoted_not_sent(spec, promoted) ~ ' as _not_sent' if column == '_not_sent' and promoted else column }},
        {%- endfor %}
        {% if promoted -%}
            coalesce({{ promoted.values() | map(attribute='is_found') | join(' or ') }}, false)
        {%- else %}false{% endif %} as _is_promoted
    from {{ this }}
{%- endmacro %}

{# A table's columns as name in lower case -> the engine's type. -#}
{% macro stored_types(relation) -%}
    {%- set types = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) %}{% do types.update({column.name | lower: column.dtype}) %}{% endfor -%}
    {{ return(types) }}
{%- endmacro %}
