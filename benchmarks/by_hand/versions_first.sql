-- The versions of rows that are read, each from one reading of it to the next.
create table target as
select *, updated_at as valid_from, cast(null as timestamp) as valid_to from '$batch';
