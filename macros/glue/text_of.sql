{# A column of any of the engine's own types as text: ISO times (with Z where they are instants), nested values as JSON, bytes as hex. #}
{% macro text_of(expression, native_type) -%}
    {{ return(adapter.dispatch('text_of', 'medallion')(expression, native_type)) }}
{%- endmacro %}

{% macro default__text_of(expression, native_type) -%}
    cast({{ expression }} as {{ medallion.sql_type('text') }})
{%- endmacro %}

{% macro duckdb__text_of(expression, native_type) -%}
    {%- if native_type == 'VARCHAR' -%}
        {{- expression -}}
    {%- elif native_type == 'TIMESTAMP WITH TIME ZONE' -%}
        cast(timezone('UTC', {{ expression }}) as varchar) || 'Z'
    {%- elif native_type == 'BLOB' -%}
        hex({{ expression }})
    {%- elif native_type.endswith(']') or native_type.startswith(('STRUCT', 'MAP', 'UNION')) -%}
        cast(to_json({{ expression }}) as varchar)
    {%- else -%}
        cast({{ expression }} as varchar)
    {%- endif -%}
{%- endmacro %}

{% macro spark__text_of(expression, native_type) -%}
    {%- if native_type == 'string' -%}
        {{- expression -}}
    {%- elif native_type == 'timestamp' -%}
        cast(cast({{ expression }} as timestamp_ntz) as string) || 'Z'
    {%- elif native_type == 'binary' -%}
        hex({{ expression }})
    {%- elif native_type.startswith(('array', 'struct', 'map')) -%}
        to_json({{ expression }})
    {%- else -%}
        cast({{ expression }} as string)
    {%- endif -%}
{%- endmacro %}

{#
  A column of one of the engine's own types as a value of a metadata type, where no text is needed on the way;
  none where there is. A double may still be infinite or NaN.
#}
{% macro native_value(expression, native_type, type, time_zone='UTC') -%}
    {{ return(adapter.dispatch('native_value', 'medallion')(expression, native_type, type, time_zone)) }}
{%- endmacro %}

{% macro default__native_value(expression, native_type, type, time_zone) -%}
    {{ return(none) }}
{%- endmacro %}

{% macro duckdb__native_value(expression, native_type, type, time_zone) -%}
    {%- set same = {
        'integer': ['TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT'],
        'bigint': ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER'],
        'boolean': ['BOOLEAN'], 'date': ['DATE'], 'time': ['TIME'],
        'timestamp': ['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS'] if time_zone == 'UTC' else [],
    } -%}
    {%- if native_type in same.get(type, []) or native_type == type | upper -%}
        {{ return('cast(' ~ expression ~ ' as ' ~ medallion.sql_type(type) ~ ')') if type not in ['text', 'json'] else none }}
    {%- elif type == 'timestamp' and native_type == 'TIMESTAMP WITH TIME ZONE' -%}
        {{ return("timezone('UTC', " ~ expression ~ ')') }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{% macro spark__native_value(expression, native_type, type, time_zone) -%}
    {%- set same = {
        'integer': ['tinyint', 'smallint', 'int'], 'bigint': ['tinyint', 'smallint', 'int', 'bigint'],
        'boolean': ['boolean'], 'date': ['date'], 'double': ['double'],
        'timestamp': ['timestamp_ntz'] if time_zone == 'UTC' else [],
    } -%}
    {%- if native_type in same.get(type, []) or (native_type == type and type.startswith('decimal')) -%}
        {{ return('cast(' ~ expression ~ ' as ' ~ medallion.sql_type(type) ~ ')') }}
    {%- elif type == 'timestamp' and native_type == 'timestamp' -%}
        {{ return('cast(' ~ expression ~ ' as timestamp_ntz)') }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
