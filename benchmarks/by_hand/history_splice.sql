-- New events are put between those of their keys, and the versions of these keys are cut again.
create temp table news as
select distinct on (id, seq) b.*
from '$batch' as b
where not exists (select 1 from target as t where t.id = b.id and t.seq = b.seq);

create temp table cut as
with events as (
    select
        id, name, status, amount, rate, is_active, country, valid_on, seq, op, updated_at,
        null as is_version, null as valid_from, null as valid_to, true as is_new
    from news
    union all
    select
        t.id, t.name, t.status, t.amount, t.rate, t.is_active, t.country, t.valid_on, t.seq, t.op, t.valid_from,
        t.is_version, t.valid_from, t.valid_to, false
    from target as t
    where t.id in (select id from news)
),
compared as (
    select
        *,
        (op, name, status, amount, rate, is_active, country, valid_on) is distinct from (
            lag(op) over w, lag(name) over w, lag(status) over w, lag(amount) over w, lag(rate) over w,
            lag(is_active) over w, lag(country) over w, lag(valid_on) over w
        ) as differs
    from events
    window w as (partition by id order by seq)
)
select
    *, op = 'U' and differs as now_version,
    min(case when differs then updated_at end)
        over (partition by id order by seq rows between 1 following and unbounded following) as now_to
from compared;

create temp table written as
select * from cut where is_new or is_version is distinct from now_version or valid_to is distinct from now_to;

begin;
delete from target using written where target.id = written.id and target.seq = written.seq;
insert into target
select
    id, name, status, amount, rate, is_active, country, valid_on, seq, op, now_version, updated_at, now_to
from written;
commit;
