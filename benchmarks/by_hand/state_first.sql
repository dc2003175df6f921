-- Current rows of a feed; a deleted key stays, so that an older event that comes later is known as such.
create table target as
select id, name, status, amount, rate, is_active, country, valid_on, seq, op = 'D' as is_deleted
from '$batch'
qualify row_number() over (partition by id order by seq desc) = 1;
