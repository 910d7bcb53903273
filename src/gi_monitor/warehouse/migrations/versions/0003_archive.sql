-- From here on no key of an institution is kept as it was delivered, and bytes are kept encrypted.
do $$
begin
    if exists (select from ledger.delivery) then
        raise exception 'this database has deliveries from before the archive was encrypted and keys were hashed:'
            ' start with an empty one, and an empty data folder';
    end if;
end
$$;

create table ledger.data_key (
    delivery_id bigint primary key references ledger.delivery,
    wrapped bytea,
    master_key_id text not null,
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);
comment on table ledger.data_key is 'What decrypts the archived bytes of each delivery that arrived, wrapped by the master key.';
comment on column ledger.data_key.master_key_id is 'Which master key wraps it: what tells one from another.';
comment on column ledger.data_key.destroyed_at is 'When the retention term had passed; the bytes cannot be read since.';
comment on table ledger.delivery_file is 'The files of a delivery; their bytes lie in the archive.';

alter table ledger.delivery add column hash_secret_id text;
comment on column ledger.delivery.hash_secret_id is 'Which secret hashed the keys of its rows; empty without rows, or when its bytes were purged.';
comment on column quality.set_aside_row.row_key is 'The hash of the measure''s key, in rows of caseload.';
comment on table quality.set_aside_row is 'Rows kept out of the figures, as delivered but for keys and unreadable cells, which are hashed, with the rules that set them aside.';
comment on table quality.finding is 'One row per thing found wrong in a delivery; what repeats a cell is sealed under the delivery''s data key.';

create view release.reproducible as
select
    candidate.candidate_id,
    not exists (
        select from release.vintage
        inner join ledger.delivery using (delivery_id)
        inner join ledger.data_key as kept on kept.delivery_id = coalesce(delivery.recheck_of, delivery.delivery_id)
        where vintage.candidate_id = candidate.candidate_id and kept.destroyed_at is not null
    ) as reproducible
from release.candidate;
comment on view release.reproducible is 'Whether a candidate can still be made again from the archive.';

-- Nobody but intake reads a data key, not even wrapped.
grant select, insert, update on ledger.data_key to gi_intake;
grant select on release.reproducible to gi_quality, gi_release;
