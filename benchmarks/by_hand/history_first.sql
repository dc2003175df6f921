-- Every event once; a version begins where the values change, and lasts until the next one begins.
create table target as
select
    id, name, status, amount, rate, is_active, country, valid_on, seq, op, op = 'U' as is_version,
    updated_at as valid_from, cast(null as timestamp) as valid_to
from '$batch';
