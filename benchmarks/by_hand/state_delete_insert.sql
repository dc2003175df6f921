-- The newest event of each key, if it is newer than what is known of the key.
create temp table news as
with newest as (
    select * from '$batch'
    qualify row_number() over (partition by id order by seq desc) = 1
)
select
    n.id, n.name, n.status, n.amount, n.rate, n.is_active, n.country, n.valid_on, n.seq, n.op = 'D' as is_deleted
from newest as n
left join target as t on n.id = t.id
where t.id is null or n.seq > t.seq;
begin;
delete from target using news where target.id = news.id;
insert into target select * from news;
commit;
