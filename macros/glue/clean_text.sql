{# A text without white space at its ends. The guard is ten times cheaper than trimming every value. #}
{% macro clean_text(expression) -%}
    {{ return(adapter.dispatch('clean_text', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default__clean_text(expression) -%}
    trim(both ' \t\r\n' from {{ expression }})
{%- endmacro %}

{% macro duckdb__clean_text(expression) -%}
    case
        when {{ expression }} < '!' or suffix({{ expression }}, ' ') or suffix({{ expression }}, chr(10))
            or suffix({{ expression }}, chr(13)) or suffix({{ expression }}, chr(9))
            then trim({{ expression }}, ' ' || chr(9) || chr(10) || chr(13))
        else {{ expression }}
    end
{%- endmacro %}
