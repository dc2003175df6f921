{#
  The column names and the delimiter of a CSV file's first line: of comma, semicolon, tab and bar the one
  that finds most of the known names, at a tie most names.
#}
{% macro csv_header(line, known) -%}
    {%- set best = {'names': [], 'delimiter': ',', 'score': -1} -%}
    {%- for delimiter in [',', ';', '\t', '|'] -%}
        {%- set names = medallion._split_header(line, delimiter) -%}
        {%- set found = [] -%}
        {%- for name in names if name in known %}{% do found.append(name) %}{% endfor -%}
        {%- set score = (found | unique | list | length) * 1000 + names | length -%}
        {%- if score > best.score -%}
            {%- do best.update({'names': names, 'delimiter': delimiter, 'score': score}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best) }}
{%- endmacro %}

{#- A repeated name gets a number. -#}
{% macro _split_header(line, delimiter) -%}
    {%- set names = [] -%}
    {%- for field in modules.re.findall('(?:^|' ~ modules.re.escape(delimiter) ~ ')("(?:[^"]|"")*"|[^' ~ modules.re.escape(delimiter) ~ ']*)', line) -%}
        {%- set name = (field[1:-1] | replace('""', '"') if field.startswith('"') and field.endswith('"') and field | length > 1 else field) | trim -%}
        {%- do names.append(name if name not in names else name ~ '_' ~ loop.index) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
