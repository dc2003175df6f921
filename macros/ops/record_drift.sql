{#-
  SELECT of the drift that only the rows can tell, an entry a field with the first three values: what was
  rescued (fields that the metadata does not know, values that do not cast), and under type_change = reject what
  was rejected as `cast_error`. Begins with `union all`; empty where the policies leave nothing to tell.
-#}
{% macro drifted_values(about, staging, seen, file) -%}
    {%- set text = medallion.sql_type('text') -%}
    {%- set rescued = '(select _rescued, ' ~ file ~ ' as _source_file, _source_line from ' ~ staging ~ " where _load_id = '" ~ medallion.load_id()
        ~ "' and _reject_reason is null and _rescued is not null)" -%}
    {%- set value = "substring(item_value, 1, 100)" -%}
    {%- if seen.rescues %}
    union all
    select
        {{ medallion._drift_id(about, 'change', 'item') }}, 'drift', change, cast(null as {{ text }}),
        item, 'rescue', row_count, first_values, source_file, source_line
    from (
        select
            item,
            case when item in ({{ medallion._text_list(seen.known) }}) then 'type_change' else 'new_column' end as change,
            sum(row_count) as row_count,
            {{ medallion._first_values('value', 'value_rank') }} as first_values,
            max(source_file) as source_file, max(source_line) as source_line
        from (
            select *, row_number() over (partition by item order by first_place) as value_rank
            from (
                select
                    item, {{ value }} as value, count(*) as row_count, min(place) as first_place,
                    max(case when place = 1 then _source_file end) as source_file,
                    max(case when place = 1 then _source_line end) as source_line
                from (
                    select *, row_number() over (partition by item order by _source_file, _source_line, item_value) as place
                    from ({{ medallion.json_fields(rescued ~ ' as rescued', ['_source_file', '_source_line'], '_rescued') }}) as fields
                ) as placed
                group by item, {{ value }}
            ) as counted
        ) as ranked
        group by item
    ) as drifted
    {%- endif %}
    {%- if seen.rejects %}
    union all
    select
        {{ medallion._drift_id(about, "'type_change'", 'null') }}, 'drift', 'type_change', cast(null as {{ text }}),
        cast(null as {{ text }}), 'reject', row_count, first_values, source_file, source_line
    from (
        select
            count(*) as row_count, {{ medallion._first_values('substring(_raw, 1, 1000)', 'place') }} as first_values,
            max(case when place = 1 then {{ file }} end) as source_file,
            max(case when place = 1 then _source_line end) as source_line
        from (
            select *, row_number() over (order by _source_file, _source_line, _raw) as place from {{ staging }}
            where _load_id = '{{ medallion.load_id() }}' and _reject_reason = 'cast_error'
        ) as rejected
    ) as uncast
    where row_count > 0
    {%- endif %}
{%- endmacro %}

{#- SELECT of the drift that source_drift found while the statement was written. -#}
{% macro drift_events(about, events) -%}
    {%- set text = medallion.sql_type('text') -%}
    select
        {{ medallion._drift_id(about, 'change', 'column_name') }}, 'drift', change, cast(null as {{ text }}), cast(column_name as {{ text }}),
        cast(policy as {{ text }}), cast(null as bigint), cast(said as {{ text }}), cast(source_file as {{ text }}), cast(null as bigint)
    from (values
    {%- for event in events %}
        ({{ medallion.literals([event.change, event.column, event.policy, event.said, event.file]) | join(', ') }}){{ ',' if not loop.last }}
    {%- endfor %}
    ) as events (change, column_name, policy, said, source_file)
{%- endmacro %}

{% macro _first_values(value, rank) -%}
    concat_ws(' | ', {% for n in [1, 2, 3] %}max(case when {{ rank }} = {{ n }} then {{ value }} end){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- An event is one per load, change and column. -#}
{% macro _drift_id(about, change, column) -%}
    md5(concat_ws('|', 'drift', {{ medallion.literal(about.system) }}, {{ medallion.literal(about.object) }}, {{ change }}, coalesce({{ column }}, ''), '{{ medallion.load_id() }}'))
{%- endmacro %}
