{#-
  Events of a delta read over stored rows: a row that says what the last event of its key at the same
  watermark already said is a repeated read, not an event.
-#}
{% macro delta_events(spec, c) -%}
{%- set same = c['keys'] + [spec.watermark] -%}
last_stored as (
    select {{ medallion.column_list(c['keys'] + c['columns']) }}
    from (
        select
            t.*,
            row_number() over (
                partition by {{ medallion.column_list(same, 't') }} order by t._sequence desc
            ) as _rank
        from stored as t
        semi join staged as s on {{ medallion.columns_equal(same, 's', 't') }}
    ) as ranked
    where _rank = 1
),
events as (
    select {{ medallion.event_columns(c, 'e') }}
    from staged as e
    left join last_stored as t on {{ medallion.columns_equal(same, 'e', 't') }}
    where e._reject_reason is null
        and (t.{{ c['keys'][0] }} is null or {{ medallion.columns_differ(c['columns'], 'e', 't') }})
),
{%- endmacro %}
