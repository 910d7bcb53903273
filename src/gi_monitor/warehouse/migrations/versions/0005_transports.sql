create table ledger.look (
    gi_code text not null references ledger.institution,
    reporting_month date not null check (extract(day from reporting_month) = 1),
    sequence_number integer not null,
    signature text not null,
    looked_at timestamptz not null,
    problem text,
    primary key (gi_code, reporting_month, sequence_number)
);
comment on table ledger.look is 'The last look at each complete delivery in an inbox: taken, or why it could not be.';
comment on column ledger.look.signature is 'What the transport said of the delivery; another one means that it changed.';

alter table ledger.institution add column rule_pages_sha256 text;
comment on column ledger.institution.rule_pages_sha256 is 'Which rule pages lie in the outbox of the institution.';

grant select, insert, update, delete on ledger.look to gi_intake;
