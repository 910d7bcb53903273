create table ledger.archive (archive_id uuid not null);
insert into ledger.archive values (gen_random_uuid());
comment on table ledger.archive is 'One row: which archive belongs to this database; the archive''s journal says the same.';
grant select on ledger.archive to gi_intake, gi_release;
