-- The newest row of each key replaces an older one, if it says something else.
create temp table news as
with newest as (
    select * from '$batch'
    qualify row_number() over (partition by id order by updated_at desc) = 1
)
select n.*
from newest as n
left join target as t on n.id = t.id
where t.id is null or (
    n.updated_at > t.updated_at
    and (n.name, n.status, n.amount, n.rate, n.is_active, n.country, n.valid_on, n.seq)
    is distinct from (t.name, t.status, t.amount, t.rate, t.is_active, t.country, t.valid_on, t.seq)
);
begin;
delete from target using news where target.id = news.id;
insert into target select * from news;
commit;
