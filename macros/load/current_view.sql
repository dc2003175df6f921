{# The live rows of an object: what silver reads. `from`: the state or ledger model it looks at. -#}
{% macro current_view(spec) -%}
{%- set c = medallion.load_columns(spec) -%}
select
    {{ medallion.column_list(c['keys'] + c['columns'] + ['_sequence', '_event_time', '_inserted_load_id', '_load_id']) }}
from {{ ref(spec['from']) }} as s
{%- if spec.back_end == 'ledger' %}
where _is_current
{%- else %}
where not _is_deleted
    {%- if spec.get('truncate') %}
    and not exists (
        select 1 from {{ ref(spec['from']) }} as t
        where t._action = 'truncate' and t._deleted_sequence >= s._sequence
    )
    {%- endif %}
{%- endif %}
{%- endmacro %}
