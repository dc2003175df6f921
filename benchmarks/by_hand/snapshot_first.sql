-- The table that a snapshot is compared with.
create table target as select *, false as is_deleted from '$batch';
