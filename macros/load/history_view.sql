{# The SCD2 versions of an object; valid_to is exclusive and null while the version is open. -#}
{% macro history_view(spec) -%}
{%- set c = medallion.load_columns(spec) -%}
select
    {{ medallion.column_list(c['keys'] + c['columns']) }},
    _valid_from as valid_from, _valid_to as valid_to, _is_current as is_current,
    _start_sequence, _end_sequence, _sequence, _load_id
from {{ ref(spec['from']) }}
where _is_version
{%- endmacro %}
