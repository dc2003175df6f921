{#-
  Every row that the last load staged is in exactly one class, nothing was written that was not staged, and the
  number of live keys moved by what was inserted and deleted. The load's counts where that does not hold.
-#}
{% test rows_are_conserved(model, staging, counts) %}
select * from (
    {{ medallion.load_counts(counts, staging, model) | indent(4) }}
) as counted
where failure is not null
{% endtest %}
