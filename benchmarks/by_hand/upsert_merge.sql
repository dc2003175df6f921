-- The newest row of each key replaces an older one, if it says something else.
merge into target as t using (
    select * from '$batch'
    qualify row_number() over (partition by id order by updated_at desc) = 1
) as n on n.id = t.id
when matched and n.updated_at > t.updated_at
    and (n.name, n.status, n.amount, n.rate, n.is_active, n.country, n.valid_on, n.seq)
    is distinct from (t.name, t.status, t.amount, t.rate, t.is_active, t.country, t.valid_on, t.seq)
    then update
when not matched then insert;
