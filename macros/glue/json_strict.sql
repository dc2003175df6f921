{#
  Whether a text that the engine's JSON parser accepted is JSON to the letter: no trailing comma, no NaN
  and no Infinity outside of its strings.
#}
{% macro json_strict(expression) -%}
    {{ return(adapter.dispatch('json_strict', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__json_strict(expression) -%}
    true
{%- endmacro %}

{#- Strings are taken out only of the few texts that look odd. -#}
{% macro duckdb__json_strict(expression) -%}
    case
        when regexp_matches({{ expression }}, '(?i),\s*[}\]]|[:,\[\s]-?(?:nan|inf)')
            then not regexp_matches(
                regexp_replace({{ expression }}, '"(?:[^"\\]|\\.)*"', '""', 'g'), '(?i),\s*[}\]]|nan|inf'
            )
        else true
    end
{%- endmacro %}
