{# The truncates of the batch that are not stored yet, and all truncates with what they cut. -#}
{% macro ledger_truncates(spec, stored) -%}
new_truncates as (
    select distinct e._sequence, e._event_time from events as e
    where e._op = 'truncate'
        {%- if stored %}
        and not exists (
            select 1 from stored as t
            where t._op = 'truncate' and t._sequence = e._sequence
                and t._event_time is not distinct from e._event_time
        )
        {%- endif %}
),
truncates as (
    select _sequence, max(_event_time) as _event_time from (
        select _sequence, _event_time from new_truncates
        {%- if stored %}
        union all
        select _sequence, _event_time from stored where _op = 'truncate'
        {%- endif %}
    ) as known
    group by _sequence
),
spans as (
    select
        lag(_sequence) over (order by _sequence) as _after, _sequence as _upto, _event_time as _upto_time,
        max(_event_time) over (
            order by _sequence rows between unbounded preceding and 1 preceding
        ) as _floor_time
    from truncates
    union all
    select max(_sequence), null, null, max(_event_time) from truncates
),
{%- endmacro %}

{#- Each event with the truncate that ends it (if any), and whether it ends its key's life. -#}
{% macro ledger_placed(spec, c) -%}
placed as (
    select
        r.*,
        {% if spec.get('truncate') -%}
        case when r._op = 'delete' or r._sequence = s._upto then 1 else 0 end as _gone,
        s._upto, s._upto_time,
        case
            when r._sequence = s._upto then coalesce(greatest(s._floor_time, s._upto_time), s._floor_time, s._upto_time)
            else s._floor_time
        end as _floor_time
    from single as r
    inner join spans as s
        on (s._upto is null or r._sequence <= s._upto) and (s._after is null or r._sequence > s._after)
        {%- else -%}
        case when r._op = 'delete' then 1 else 0 end as _gone
    from single as r
        {%- endif %}
),
{%- endmacro %}
