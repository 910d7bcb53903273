-- Whoever tells people reads no finding, no row and no figure, so that none can get into a mail.
do $$
begin
    if not exists (select from pg_roles where rolname = 'gi_watch') then
        create role gi_watch nologin;
        grant gi_watch to current_user;
    end if;
end
$$;

create table ledger.notice (
    kind text not null,
    receiver text not null,
    about text not null,
    said text not null,
    told_at timestamptz not null,
    primary key (kind, receiver, about)
);
comment on table ledger.notice is 'What was told by mail, and still is so: told again when it changes, or after a while.';
comment on column ledger.notice.receiver is 'An institution, or a role of ours in institutions/_team.yml.';
comment on column ledger.notice.about is 'What of, in the terms of its kind: an institution and month, a candidate, a DAG.';

grant usage on schema ledger, quality, release to gi_watch;
grant select, insert, update, delete on ledger.notice to gi_watch;
grant select on ledger.institution, ledger.expectation, ledger.known, ledger.state_change to gi_watch;
grant select (delivery_id, gi_code, reporting_month, sequence_number, state, received_at, receipt_sent_at)
on ledger.delivery to gi_watch;
grant select on quality.verdict to gi_watch;
grant select on release.candidate, release.state_change, release.approval, release.waiver, release.waiting to gi_watch;
