{#-
  The versions of a key form one line: unique starts, start before end by sequence and not after it by
  time, no overlap, at most one open version, and neighbours without a gap differ in a tracked column.
-#}
{% test history_is_consistent(model, keys, tracked) %}
{%- set per_key = 'partition by ' ~ medallion.column_list(keys) ~ ' order by _start_sequence' -%}
with neighbours as (
    select
        *,
        lead(_start_sequence) over ({{ per_key }}) as _next_start,
        lead(valid_from) over ({{ per_key }}) as _next_valid_from,
        {%- for column in tracked %}
        lead({{ column }}) over ({{ per_key }}) as _next_{{ column }},
        {%- endfor %}
        sum(case when is_current then 1 else 0 end) over (partition by {{ medallion.column_list(keys) }}) as _open_versions
    from {{ model }}
),
checked as (
    select
        *,
        case
            when _start_sequence is null then 'version without a start'
            when _next_start = _start_sequence then 'two versions with one start'
            when _end_sequence <= _start_sequence then 'start not before end'
            when valid_to < valid_from then 'time runs backwards'
            when _end_sequence is null and _next_start is not null then 'open version before a later one'
            when _end_sequence > _next_start then 'overlap by sequence'
            when valid_to > _next_valid_from then 'overlap by time'
            when _open_versions > 1 then 'several open versions'
            when is_current is distinct from (_end_sequence is null) then 'is_current does not tell the open version'
            when _end_sequence = _next_start and not {{ medallion.columns_differ(tracked, 'n', 'n', '_next_') }}
                then 'neighbours without a gap do not differ'
        end as failure
    from neighbours as n
)
select * from checked where failure is not null
{% endtest %}
