{# An ISO timestamp text as a UTC timestamp without zone; null where it is none. #}
{% macro parse_timestamp(expression, time_zone='UTC') -%}
    {{ return(adapter.dispatch('parse_timestamp', 'medallion')(expression, time_zone)) }}
{%- endmacro %}

{#-
  Spark's cast to timestamp reads a zone and takes the session's (UTC here) where there is none; to_utc_timestamp would
  make an instant of a timestamp without zone.
-#}
{% macro default__parse_timestamp(expression, time_zone) -%}
    {%- set local = 'try_cast(' ~ expression ~ ' as timestamp_ntz)' -%}
    case
        when {{ medallion.matches(expression, medallion._timestamp_form('')) }}
            then {{ local if time_zone == 'UTC' else "convert_timezone('" ~ time_zone ~ "', 'UTC', " ~ local ~ ")" }}
        when {{ medallion.matches(expression, medallion._timestamp_form('(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)')) }}
            then cast(try_cast({{ expression }} as timestamp) as timestamp_ntz)
    end
{%- endmacro %}

{#- DuckDB's cast to TIMESTAMP drops an offset without a word: only `Z` or no zone may go through it. -#}
{% macro duckdb__parse_timestamp(expression, time_zone) -%}
    {%- set local = 'try_cast(' ~ expression ~ ' as timestamp)' -%}
    case
        {%- if time_zone == 'UTC' %}
        when {{ medallion.matches(expression, medallion._timestamp_form('Z?')) }} then {{ local }}
        {%- else %}
        when {{ medallion.matches(expression, medallion._timestamp_form('')) }}
            then timezone('UTC', timezone('{{ time_zone }}', {{ local }}))
        when {{ medallion.matches(expression, medallion._timestamp_form('Z')) }} then {{ local }}
        {%- endif %}
        when {{ medallion.matches(expression, medallion._timestamp_form('[+-][0-9]{2}(?::?[0-9]{2})?')) }}
            then timezone('UTC', try_cast({{ expression }} as timestamptz))
    end
{%- endmacro %}

{% macro _timestamp_form(zone) -%}
    [0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?{{ zone }})?
{%- endmacro %}
