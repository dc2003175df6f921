{#-
  Every row that the last load staged is in exactly one class, nothing was written that was not staged, and the
  number of live keys moved by what was inserted and deleted. The load's counts where that does not hold.
  Where one of the two tables was never built (`dbt build --select staging` on a new warehouse) nothing can
  be counted, and nothing is broken. Without `staging` only the live keys can be asked.
-#}
{% test rows_are_conserved(model, counts, staging=none) %}
{%- set missing = [] -%}
{%- for table in [staging, model] if table and execute and load_relation(table) is none %}{% do missing.append(table) %}{% endfor -%}
{%- if missing %}
select 'not built: {{ missing | join(', ') }}' as failure where 1 = 0
{%- else %}
select * from (
    {{ medallion.load_counts([{'spec': counts, 'staging': staging, 'table': model}]) | indent(4) }}
) as counted
where failure is not null
{%- endif %}
{% endtest %}
