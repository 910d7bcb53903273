alter table ledger.delivery_file add column kept boolean not null default true;
comment on column ledger.delivery_file.kept is 'Whether its bytes are archived: not if they could not be screened, were refused for privacy, or nobody listed them.';
