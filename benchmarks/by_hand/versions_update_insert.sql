-- A changed row closes the open version of its key and opens a new one.
create temp table news as
with newest as (
    select * from '$batch'
    qualify row_number() over (partition by id order by updated_at desc) = 1
)
select n.*
from newest as n
left join target as t on n.id = t.id and t.valid_to is null
where t.id is null or (
    n.updated_at > t.updated_at
    and (n.name, n.status, n.amount, n.rate, n.is_active, n.country, n.valid_on, n.seq)
    is distinct from (t.name, t.status, t.amount, t.rate, t.is_active, t.country, t.valid_on, t.seq)
);
begin;
update target set valid_to = news.updated_at from news where target.id = news.id and target.valid_to is null;
insert into target select *, updated_at, null from news;
commit;
