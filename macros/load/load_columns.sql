{#-
  The groups of columns of a load spec, worked out once: keys, columns (payload as stored, `_rescued`
  last), payload (the order in which ties are decided), compared (what makes a snapshot's row differ: all
  but its version), track, carry.
-#}
{% macro load_columns(spec) -%}
    {%- set columns = (spec.get('columns') or {}).keys() | list -%}
    {%- set compared = columns | reject('equalto', spec.get('version')) | list -%}
    {%- set carry = spec.get('carry') or [] -%}
    {%- set extra = ['_not_sent'] if carry else [] -%}
    {{ return({
        'keys': (spec.get('keys') or {}).keys() | list,
        'columns': columns + ['_rescued'],
        'payload': columns | sort + ['_rescued'] + extra + ['_event_time'],
        'compared': compared + ['_rescued'],
        'track': spec.get('track') or compared,
        'carry': carry,
        'truncate': spec.get('truncate', false),
    }) }}
{%- endmacro %}
