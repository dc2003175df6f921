-- The newest event of each key, if it is newer than what is known of the key.
merge into target as t using (
    select id, name, status, amount, rate, is_active, country, valid_on, seq, op = 'D' as is_deleted
    from '$batch'
    qualify row_number() over (partition by id order by seq desc) = 1
) as n on n.id = t.id
when matched and n.seq > t.seq then update
when not matched then insert;
