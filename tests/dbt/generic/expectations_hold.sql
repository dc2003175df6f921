{#- Rows of a staging model that break one of the rules, a row per row and rule. -#}
{% test expectations_hold(model, rules) %}
{%- for rule in rules %}
select {{ medallion.literal(rule) }} as rule_name, _source_file, _source_line
from {{ model }}
where _failed_rules like '%|{{ rule }}|%'
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
