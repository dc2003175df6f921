{#-
  Values that an event did not send, taken from the newest older event of the same life of its key that
  did send them. Objects without such columns pass through.
-#}
{% macro ledger_filled(c) -%}
{%- if not c['carry'] -%}
{{ return('') }}
{%- endif -%}
{%- set keys = medallion.column_list(c['keys']) -%}
{%- set so_far = 'order by _sequence rows between unbounded preceding and current row' -%}
lives as (
    select *, sum(_gone + _cut) over (partition by {{ keys }} {{ so_far }}) as _life
    from (
        select
            *,
            {% if c.truncate -%}
            case when lag(_upto) over (partition by {{ keys }} order by _sequence) is distinct from _upto
                then 1 else 0 end
            {%- else %}0{% endif %} as _cut
        from placed
    ) as cut_at_truncates
),
authors as (
    select
        *
        {%- for column in c['carry'] %},
        count(case when {{ medallion.is_sent(column) }} then 1 end)
            over (partition by {{ keys }}, _life {{ so_far }}) as _author_{{ column }}
        {%- endfor %}
    from lives
),
filled as (
    select
        {{ keys }},
        {%- for column in c['columns'] %}
        {% if column in c['carry'] -%}
        max(case when {{ medallion.is_sent(column) }} then {{ column }} end)
            over (partition by {{ keys }}, _life, _author_{{ column }}) as {{ column }},
        {%- else %}{{ column }},{% endif %}
        {%- endfor %}
        _not_sent, _op = 'upsert' and (
            {%- for column in c['carry'] %}
            (_author_{{ column }} = 0 and _not_sent like '%|{{ column }}|%'){{ ' or' if not loop.last }}
            {%- endfor %}
        ) as _is_incomplete,
        {{ medallion.column_list(medallion.passing_columns(c)) }}
    from authors
),
{%- endmacro %}

{# True when the event says something about the column (deletes say nothing). -#}
{% macro is_sent(column) -%}
_op = 'upsert' and (_not_sent is null or _not_sent not like '%|{{ column }}|%')
{%- endmacro %}

{# Working columns behind the payload. -#}
{% macro passing_columns(c) -%}
    {{ return(
        ['_op', '_sequence', '_stored', '_is_promoted', '_old_start', '_old_end', '_old_from', '_old_to',
         '_old_version', '_event_time', '_beaten_op', '_inserted_load_id', '_gone']
        + (['_upto', '_upto_time', '_floor_time'] if c.truncate else []) + medallion.old_columns(c)
    ) }}
{%- endmacro %}
