{#-
  Classes of a batch by a table with one row a key: only the newest event of each key in the batch is compared with
  what is stored, all older ones are superseded. `_action` tells what that event did to the row. For a feed the table is
  the keyed state; for a delta read it is the table of current rows, and a row that is read again with the same
  values is a duplicate, whatever its place in the order of reads.
-#}
{% macro count_newest(spec) -%}
{%- set keys = spec['keys'] -%}
{%- set said = 'not ' ~ medallion.columns_differ(spec['columns'], 'a', 't') -%}
{{ medallion.count_events(spec) }}
stored as (
    select
        *,
        {% if spec.load == 'cdc' -%}
        coalesce(greatest(_sequence, _deleted_sequence), _sequence, _deleted_sequence)
        {%- else -%}
        _sequence
        {%- endif %} as _top,
        {{ medallion.class_of_action() | indent(8) }} as _written
    from held
    {%- if spec.load == 'cdc' %}
    where _action <> 'truncate'
    {%- endif %}
),
repeated as (
    select distinct {{ medallion.column_list(keys + ['_sequence'], 'a') }} from accepted as a
    inner join stored as t on {{ medallion.columns_equal(keys, 'a', 't') }}
    {%- if spec.load == 'cdc' %}
    where a._sequence = t._top
        and ((a._op = 'delete' and t._is_deleted) or (a._op = 'upsert' and not t._is_deleted and {{ said }}))
    {%- else %}
    where {{ said }}
    {%- endif %}
),
ranked as (
    select *, row_number() over (partition by {{ medallion.column_list(keys) }} order by _sequence desc) as _rank
    from events
),
classified as (
    select
        n._rows, n._contents, t._written,
        case
            when n._rank > 1 then 'superseded'
            when t._top is null then 'unaccounted'
            when t._written is not null then t._written
            when n._sequence < t._top then 'late'
            when r.{{ keys[0] }} is not null then 'duplicate'
            when n._sequence = t._top then 'conflict'
            else 'unaccounted'
        end as _class
    from ranked as n
    left join stored as t on {{ medallion.columns_equal(keys, 'n', 't') }}
    left join repeated as r on {{ medallion.columns_equal(keys + ['_sequence'], 'n', 'r') }}
),
{{ medallion.sum_classes('(select count(s._written) from stored as s) - count(case when _class = _written then 1 end)') }}
{%- endmacro %}
