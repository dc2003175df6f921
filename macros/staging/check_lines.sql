{#-
  Stops before anything is read when CSV files have lines that cannot be told apart, naming them. Files
  are looked at up to 32 MB in all; beyond that the engine's own error names the first such line.
-#}
{% macro check_lines(spec, plan, reads) -%}
    {%- set faults = medallion.broken_csv_lines(reads) if plan.readable | sum(attribute='size') <= 33554432 else [] -%}
    {%- if faults -%}
        {{ exceptions.raise_compiler_error(
            'MED-STG-010 ' ~ spec.system ~ '.' ~ spec.object ~ ': nothing was read.\n' ~ faults | join('\n')
            ~ '\nPut a value that holds a delimiter, a line break or a quotation mark in double quotes, and double those inside it.'
        ) }}
    {%- endif -%}
{%- endmacro %}
