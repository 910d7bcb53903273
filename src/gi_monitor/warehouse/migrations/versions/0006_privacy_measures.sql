alter table ledger.delivery
    add column smallest_class integer,
    add column small_class_share numeric;
comment on column ledger.delivery.smallest_class is 'k: how many rows of caseload share the rarest combination of age group, province, type and start month.';
comment on column ledger.delivery.small_class_share is 'The share (0 to 1) of rows of caseload whose combination fewer than five rows have.';

comment on column ledger.data_key.destroyed_at is 'When the retention term had passed, or somebody destroyed it before; the bytes cannot be read since.';
comment on table ledger.state_change is 'Every change of state of an expectation or a delivery, and every time its original bytes were restored or purged, with cause and who.';

-- What happened is added to, never rewritten.
revoke update on ledger.state_change from gi_intake;
