alter table ledger.institution add column due_day smallint not null default 15;
comment on column ledger.institution.due_day is 'The day of the following month on which a delivery is due.';

alter table ledger.delivery
    add column row_counts jsonb,
    add column mirror jsonb,
    add column recheck_of bigint references ledger.delivery;
comment on column ledger.delivery.row_counts is 'Per delivered dataset: rows delivered and rows set aside.';
comment on column ledger.delivery.mirror is 'The indicators as they come out of this delivery alone, for its receipt.';
comment on column ledger.delivery.recheck_of is 'The delivery whose bytes were judged again in this one.';

-- The same bytes are one delivery, unless somebody asks to judge them again.
alter table ledger.delivery drop constraint delivery_gi_code_reporting_month_content_sha256_key;
create unique index delivery_arrived_once on ledger.delivery (gi_code, reporting_month, content_sha256)
where recheck_of is null;
create index on ledger.delivery (recheck_of);

create table ledger.reopened_month (
    gi_code text not null references ledger.institution,
    reporting_month date not null check (extract(day from reporting_month) = 1),
    open_until date not null,
    reopened_at timestamptz not null,
    who text not null default session_user,
    reason text not null,
    primary key (gi_code, reporting_month, reopened_at)
);
comment on table ledger.reopened_month is 'Closed months that a data manager opened again, until when and why.';

create view ledger.used_in as
select vintage.delivery_id, candidate.release_id, candidate.version, candidate.state
from release.vintage inner join release.candidate using (candidate_id)
where candidate.state in ('published', 'withdrawn');
comment on view ledger.used_in is 'Which releases rest on a delivery.';

-- Rule H01 asks which measures ran in the previous delivery, also in the rows that were set aside.
alter table quality.set_aside_row add column row_key text, add column running boolean;
comment on column quality.set_aside_row.row_key is 'The measure''s key, in rows of caseload.';
comment on column quality.set_aside_row.running is 'In rows of caseload: whether the measure certainly ran on the reference date.';

grant select, insert on ledger.reopened_month to gi_intake;
grant select on ledger.used_in to gi_intake, gi_transform, gi_quality, gi_release;
grant select on ledger.reopened_month to gi_transform, gi_quality, gi_release;
-- A release that goes out, or is withdrawn, has the receipts of its deliveries sent again.
grant update (receipt_sent_at) on ledger.delivery to gi_release;
