-- The table that an upsert finds.
create table target as select * from '$batch';
