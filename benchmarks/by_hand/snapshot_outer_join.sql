-- Rows that a snapshot adds, changes or no longer has.
create temp table news as
select
    coalesce(s.id, t.id) as id, s.name, s.status, s.amount, s.rate, s.is_active, s.country, s.valid_on,
    s.updated_at, s.seq, s.id is null as is_deleted
from '$batch' as s
full join target as t on s.id = t.id
where t.id is null
    or (s.id is null and not t.is_deleted)
    or (s.id is not null and (
        t.is_deleted
        or (s.name, s.status, s.amount, s.rate, s.is_active, s.country, s.valid_on, s.updated_at, s.seq)
        is distinct from
        (t.name, t.status, t.amount, t.rate, t.is_active, t.country, t.valid_on, t.updated_at, t.seq)
    ));
begin;
delete from target using news where target.id = news.id;
insert into target select * from news;
commit;
