{#-
  Cuts the events of each key into versions: a run of equal tracked values starts where a value changes,
  after a delete, and after a truncate; its last event is the version. `_time` is the event time made monotone
  along the sequence, so that no two versions of a key overlap.
-#}
{% macro ledger_cut(c) -%}
{%- set window = 'partition by ' ~ medallion.column_list(c['keys']) ~ ' order by _sequence' -%}
{%- set so_far = window ~ ' rows between unbounded preceding and current row' -%}
neighbours as (
    select
        *,
        max({{ 'coalesce(greatest(_event_time, _floor_time), _event_time, _floor_time)' if c.truncate else '_event_time' }})
            over ({{ so_far }}) as _time,
        lag(_gone) over ({{ window }}) as _previous_gone
        {%- if c.truncate %},
        lag(_upto) over ({{ window }}) as _previous_upto
        {%- endif %}
        {%- for column in c.track %},
        lag({{ column }}) over ({{ window }}) as _previous_{{ column }}
        {%- endfor %}
    from {{ 'filled' if c['carry'] else 'placed' }}
),
started as (
    select
        n.*,
        case
            when _gone = 1 or _previous_gone is null or _previous_gone = 1
                {%- if c.truncate %} or _previous_upto is distinct from _upto{% endif %}
                or {{ medallion.columns_differ(c.track, 'n', 'n', '_previous_') }}
                then 1
            else 0
        end as _starts
    from neighbours as n
),
runs as (
    select
        *,
        lead(_sequence) over ({{ window }}) as _next, lead(_time) over ({{ window }}) as _next_time,
        lead(_starts) over ({{ window }}) as _next_starts,
        max(case when _starts = 1 then _sequence end) over ({{ so_far }}) as _run_start,
        max(case when _starts = 1 then _time end) over ({{ so_far }}) as _run_time
    from started
),
bounded as (
    select
        *, _gone = 0 and (_next is null or _next_starts = 1) as _is_version,
        {%- if c.truncate %}
        case when _next is null or _upto < _next then _upto else _next end as _ends,
        case
            when _next is null or _upto < _next
                then case when _upto is not null then coalesce(greatest(_upto_time, _time), _upto_time, _time) end
            else _next_time
        end as _ends_time
        {%- else %}
        _next as _ends, _next_time as _ends_time
        {%- endif %}
    from runs
),
cut as (
    select
        *,
        case when _is_version then _run_start end as _start_sequence,
        case when _is_version then _ends end as _end_sequence,
        case when _is_version then _run_time end as _valid_from,
        case when _is_version and _ends is not null then _ends_time end as _valid_to,
        _is_version and _ends is null as _is_current
    from bounded
),
{%- endmacro %}
