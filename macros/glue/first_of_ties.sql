{#
  CTE `single`: of the rows of CTE `together` that agree in the columns `event` the first by `order`, as
  `columns`, `_beaten_op`, what the stored one of several was, and `_inserted_load_id`, the load in which the first of
  them was written.
#}
{% macro first_of_ties(event, columns, order) -%}
    {{ return(adapter.dispatch('first_of_ties', 'medallion')(event, columns, order)) }}
{%- endmacro %}

{#- Spark copies a CTE into every place that reads it: one pass is cheaper to plan. -#}
{% macro default__first_of_ties(event, columns, order) -%}
single as (
    select {{ medallion.column_list(columns) }}, _beaten_op, _first_load_id as _inserted_load_id
    from (
        {{ medallion._ranked_ties(event, order) | indent(8) }}
        from together as e
    ) as ranked
    where _rank = 1
),
{%- endmacro %}

{#- Only groups that tie are ordered: the window would cost more than all the rest. -#}
{% macro duckdb__first_of_ties(event, columns, order) -%}
ties as (
    select {{ medallion.column_list(event) }} from together
    group by {{ medallion.column_list(event) }} having count(*) > 1
),
single as (
    select {{ medallion.column_list(columns) }}, _beaten_op, _first_load_id as _inserted_load_id
    from (
        {{ medallion._ranked_ties(event, order) | indent(8) }}
        from together as e
        semi join ties as d on {{ medallion.columns_equal(event, 'd', 'e') }}
    ) as ranked
    where _rank = 1
    union all
    select {{ medallion.column_list(columns, 'e') }}, cast(null as varchar), e._inserted_load_id
    from together as e
    anti join ties as d on {{ medallion.columns_equal(event, 'd', 'e') }}
),
{%- endmacro %}

{% macro _ranked_ties(event, order) -%}
select
    e.*,
    max(case when e._stored = 1 then e._op end) over (partition by {{ medallion.column_list(event, 'e') }}) as _beaten_op,
    max(e._inserted_load_id) over (partition by {{ medallion.column_list(event, 'e') }}) as _first_load_id,
    row_number() over (partition by {{ medallion.column_list(event, 'e') }} order by {{ order }}) as _rank
{%- endmacro %}
