{#-
  The columns whose values are looked up in `_rescued`, because the table lacks them or has just widened
  them: column -> {field, value, is_found, is_not_sent}, SQL texts over the stored row. A field whose value
  does not cast stays where it is. `stored` is what check_definition returned.
-#}
{% macro promoted_columns(spec, stored) -%}
    {%- set widened = medallion.widen_columns(this, spec, stored) -%}
    {%- set promoted = {} -%}
    {%- for column, type in spec['columns'].items() if stored and (column | lower not in stored or column in widened) -%}
        {%- set source = (spec.get('rescued_as') or {}).get(column) or {} -%}
        {%- set field = source.get('source', column) -%}
        {%- set text = medallion.json_value('_rescued', field) -%}
        {%- set is_not_sent = medallion.is_unavailable(text, spec.placeholder) if spec.get('placeholder') else 'false' -%}
        {%- set value = medallion._promoted_text(spec, text, is_not_sent) -%}
        {%- set typed = medallion.cast_safely(value, source.get('type', type), spec.get('time_zone', 'UTC')) -%}
        {%- set is_found = medallion.json_has('_rescued', field) ~ ' and (' ~ value ~ ' is null or ' ~ typed ~ ' is not null)' -%}
        {%- do promoted.update({column: {
            'field': field, 'is_not_sent': is_not_sent,
            'value': 'coalesce(' ~ column ~ ', ' ~ typed ~ ')' if column in widened else typed,
            'is_found': '(' ~ column ~ ' is null and ' ~ is_found ~ ')' if column in widened else '(' ~ is_found ~ ')',
        }}) -%}
    {%- endfor -%}
    {{ return(promoted) }}
{%- endmacro %}

{#- A rescued text as staging would have cleaned it. -#}
{% macro _promoted_text(spec, text, is_not_sent) -%}
    {%- set sent = text if is_not_sent == 'false' else 'case when ' ~ is_not_sent ~ ' then null else ' ~ text ~ ' end' -%}
    {%- if spec.get('null_tokens') is none -%}{{ return('(' ~ sent ~ ')') }}{%- endif -%}
    {%- set clean = medallion.clean_text('(' ~ sent ~ ')') -%}
    {%- if spec.null_tokens -%}
        {%- set clean = 'case when ' ~ clean ~ ' in (' ~ medallion._text_list(spec.null_tokens) ~ ') then null else ' ~ clean ~ ' end' -%}
    {%- endif -%}
    {{ return('(' ~ clean ~ ')') }}
{%- endmacro %}

{# What stays in `_rescued` once the promoted fields are taken out of it. -#}
{% macro rescued_left(promoted) -%}
    {%- if not promoted -%}{{ return('_rescued') }}{%- endif -%}
    {%- set conditions = {} -%}
    {%- for entry in promoted.values() %}{% do conditions.update({entry.field: entry.is_found}) %}{% endfor -%}
    {{ return(medallion.json_without('_rescued', conditions)) }}
{%- endmacro %}

{# `_not_sent` with the promoted columns of which the feed wrote that it did not send them, in order of names. -#}
{% macro promoted_not_sent(spec, promoted) -%}
    {%- set missing = {} -%}
    {%- for column in spec.carry | sort -%}
        {%- set known = "coalesce(_not_sent, '') like '%|" ~ column ~ "|%'" -%}
        {%- do missing.update({column: known ~ (' or coalesce(' ~ promoted[column].is_not_sent ~ ', false)' if column in promoted else '')}) -%}
    {%- endfor -%}
    {{ return(medallion._marked_names(missing)) }}
{%- endmacro %}
