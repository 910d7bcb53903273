create table release.waiver (
    waiver_id bigint generated always as identity primary key,
    release_id text not null,
    expectation text not null,
    about text,
    reason text not null check (reason <> ''),
    given_by text not null,
    given_at timestamptz not null,
    valid_until date not null
);
comment on table release.waiver is 'Expectations of gate G3 that a release need not keep: who agreed, why, and until when.';
comment on column release.waiver.about is 'The institution that is missing, where the expectation names institutions.';
grant select on release.waiver to gi_quality, gi_release;
grant insert on release.waiver to gi_release;

alter table quality.verdict drop constraint verdict_verdict_check;
alter table quality.verdict add check (verdict in ('PASS', 'FAIL', 'WAIVED', 'NOT_RUN'));
comment on column quality.verdict.verdict is 'WAIVED: broken, and a waiver of the release allows it.';

alter table quality.rule_outcome add column waived_by text;
comment on column quality.rule_outcome.waived_by is 'Who agreed, in the institution''s file, that what the rule found only warns.';

-- What happened is added to, never rewritten.
revoke update, delete on release.state_change, release.approval from gi_release;

create table quality.judged (
    delivery_id bigint not null references ledger.delivery,
    previous_delivery_id bigint references ledger.delivery,
    suite_version text not null,
    unique nulls not distinct (delivery_id, previous_delivery_id)
);
comment on table quality.judged is 'Deliveries whose facts passed gate G2 beside those of the month before, so need not be judged again.';
grant select, insert, delete on quality.judged to gi_quality;
grant select, delete on quality.judged to gi_transform;
grant usage on schema quality to gi_transform;
