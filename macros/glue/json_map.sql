{#
  The fields of a JSON object (as text, or the object at a path inside it) as a map of texts; null where the
  text is no JSON object to the letter. The array around it makes text behind the object an error. The same
  expression in several places of a SELECT is computed once. Spark and Databricks only.
#}
{% macro json_map(expression, path=none) -%}
    {%- set options = "map('allowNonNumericNumbers', 'false', 'allowSingleQuotes', 'false')" -%}
    {%- set whole = "from_json('[' || " ~ expression ~ " || ']', 'array<map<string,string>>', " ~ options ~ ')' -%}
    {%- set found = {'sql': 'case when size(' ~ whole ~ ') = 1 then get(' ~ whole ~ ', 0) end'} -%}
    {%- for part in (medallion.path_parts(path) if path else []) -%}
        {%- do found.update({'sql': 'from_json(element_at(' ~ found.sql ~ ', ' ~ medallion.literal(part) ~ "), 'map<string,string>')"}) -%}
    {%- endfor -%}
    {{- found.sql -}}
{%- endmacro %}
