-- Roles are the cluster's, so another database may have made them already.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['gi_intake', 'gi_transform', 'gi_quality', 'gi_release', 'gi_analyst'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
            execute format('grant %I to current_user', role_name);
        end if;
    end loop;
    execute format('grant create on database %I to gi_transform', current_database());
end
$$;

create schema ledger;
create schema landing;
create schema quality;
create schema release;
comment on schema ledger is 'Which deliveries were expected, received and accepted, and since when each is known.';
comment on schema landing is 'Typed rows as delivered, one partition per reporting month.';
comment on schema quality is 'Findings about deliveries and verdicts of the gates.';
comment on schema release is 'Releases from draft to published, and who decided what.';

-- ledger ---------------------------------------------------------------------------------------------------
create table ledger.institution (
    gi_code text primary key,
    name text not null,
    synthetic boolean not null,
    profile text not null,
    area text[] not null,
    valid_from date not null,
    valid_to date,
    successor text
);
comment on table ledger.institution is 'One row per institution file.';

create table ledger.delivery (
    delivery_id bigint generated always as identity primary key,
    gi_code text not null references ledger.institution,
    reporting_month date not null check (extract(day from reporting_month) = 1),
    sequence_number integer not null,
    content_sha256 text not null,
    state text not null check (state in (
        'received', 'rejected', 'rejected_privacy', 'on_hold', 'accepted', 'accepted_with_findings',
        'superseded', 'withdrawn'
    )),
    received_at timestamptz not null,
    unavailable text[] not null default '{}',
    vacancies_fte numeric(8, 2),
    control_totals jsonb,
    counted_totals jsonb,
    receipt_sent_at timestamptz,
    unique (gi_code, reporting_month, content_sha256)
);
comment on table ledger.delivery is 'One row per delivery that arrived: an institution, a month, a volgnummer.';

create table ledger.delivery_file (
    delivery_id bigint not null references ledger.delivery,
    name text not null,
    sha256 text not null,
    size_bytes bigint not null,
    primary key (delivery_id, name)
);
comment on table ledger.delivery_file is 'The files of a delivery; their bytes lie in the archive under their sha256.';

create table ledger.known (
    delivery_id bigint not null references ledger.delivery,
    gi_code text not null,
    reporting_month date not null,
    known_from timestamptz not null,
    known_to timestamptz check (known_to >= known_from)
);
create unique index known_one_current on ledger.known (gi_code, reporting_month) where known_to is null;
comment on table ledger.known is 'When a delivery was the current one of its month: from acceptance to supersession.';

create table ledger.expectation (
    gi_code text not null references ledger.institution,
    reporting_month date not null,
    due date not null,
    state text not null check (state in ('expected', 'late', 'received')),
    primary key (gi_code, reporting_month)
);
comment on table ledger.expectation is 'Every month an institution should deliver, and whether it has.';

create table ledger.state_change (
    change_id bigint generated always as identity primary key,
    gi_code text not null,
    reporting_month date not null,
    delivery_id bigint references ledger.delivery,
    from_state text,
    to_state text not null,
    changed_at timestamptz not null,
    cause text not null,
    who text not null default session_user
);
comment on table ledger.state_change is 'Every change of state of an expectation or a delivery, with cause and who.';

-- landing --------------------------------------------------------------------------------------------------
create table landing.caseload (
    reporting_month date not null,
    delivery_id bigint not null,
    row_number integer not null,
    measure_key text not null,
    child_key text not null,
    family_key text not null,
    age_group text not null,
    province text not null,
    measure_type text not null,
    ruling_date date not null,
    charged_date date,
    notified_date date,
    taken_over_date date,
    appointed_date date,
    first_contact_date date,
    permanent_worker_date date,
    plan_term_date date,
    plan_date date,
    help_needed_date date,
    help_started_date date,
    placement_order boolean not null,
    worker_changes integer,
    worker_key text,
    end_date date,
    handed_over_date date,
    end_reason text
) partition by list (reporting_month);
comment on table landing.caseload is 'One row per accepted row of a caseload file.';

create table landing.waitlist (
    reporting_month date not null,
    delivery_id bigint not null,
    row_number integer not null,
    stay_key text not null,
    measure_key text not null,
    list text not null,
    listed_date date not null,
    delisted_date date,
    delisting_reason text,
    urgency text not null,
    bridged boolean not null
) partition by list (reporting_month);
comment on table landing.waitlist is 'One row per accepted row of a wachtlijst file.';

create table landing.staffing (
    reporting_month date not null,
    delivery_id bigint not null,
    row_number integer not null,
    worker_key text not null,
    role text not null,
    contract_type text not null,
    skj_registered boolean not null,
    fte_contract numeric(4, 2) not null,
    fte_caseload numeric(4, 2) not null,
    absence_fte_days numeric(8, 2) not null,
    post_start_date date not null,
    post_end_date date,
    origin text not null,
    leaving_reason text
) partition by list (reporting_month);
comment on table landing.staffing is 'One row per accepted row of a formatie file.';

-- Intake may add a month's partition, not own the tables.
create function landing.ensure_month(month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    dataset text;
    partition text;
begin
    perform pg_advisory_xact_lock(hashtext('landing.ensure_month'));
    foreach dataset in array array['caseload', 'waitlist', 'staffing'] loop
        partition := dataset || to_char(month, '_YYYY_MM');
        if to_regclass('landing.' || partition) is null then
            execute format('create table landing.%I partition of landing.%I for values in (%L)', partition, dataset, month);
            execute format('create index on landing.%I (delivery_id)', partition);
        end if;
    end loop;
end
$$;
revoke execute on function landing.ensure_month from public;

-- quality --------------------------------------------------------------------------------------------------
create table quality.finding (
    delivery_id bigint not null references ledger.delivery,
    rule text not null,
    severity text not null check (severity in ('reject', 'row', 'hold', 'warn')),
    dataset text not null,
    row_number integer,
    column_name text,
    value text,
    message text not null
);
create index on quality.finding (delivery_id);
comment on table quality.finding is 'One row per thing found wrong in a delivery.';

create table quality.rule_outcome (
    delivery_id bigint not null references ledger.delivery,
    rule text not null,
    outcome text not null check (outcome in ('PASS', 'FAIL', 'NOT_APPLICABLE', 'NOT_RUN')),
    failures integer not null,
    reason text,
    primary key (delivery_id, rule)
);
comment on table quality.rule_outcome is 'One row per delivery and rule: what the rule answered.';

create table quality.set_aside_row (
    delivery_id bigint not null references ledger.delivery,
    dataset text not null,
    row_number integer not null,
    rules text[] not null,
    content jsonb not null,
    primary key (delivery_id, dataset, row_number)
);
comment on table quality.set_aside_row is 'Rows kept out of the figures, as delivered, with the rules that set them aside.';

create table quality.verdict (
    verdict_id bigint generated always as identity primary key,
    run_id uuid not null,
    gate text not null,
    suite text not null,
    suite_version text not null,
    expectation text not null,
    severity text not null check (severity in ('critical', 'warning')),
    limit_text text not null,
    observed text,
    verdict text not null check (verdict in ('PASS', 'FAIL', 'NOT_RUN')),
    judged_at timestamptz not null,
    candidate_id bigint
);
comment on table quality.verdict is 'One row per expectation each time a gate was run.';

-- release --------------------------------------------------------------------------------------------------
create table release.candidate (
    candidate_id bigint generated always as identity primary key,
    release_id text not null check (release_id ~ '^20[0-9]{2}-T[123]$'),
    version text not null,
    state text not null check (state in (
        'draft', 'candidate', 'approved', 'published', 'withdrawn', 'rejected', 'superseded'
    )),
    content_hash text,
    vintage timestamptz not null,
    code_commit text not null,
    lock_sha256 text not null,
    made_by text not null,
    made_at timestamptz not null
);
create unique index candidate_one_published on release.candidate (release_id, version) where state = 'published';
comment on table release.candidate is 'One row per attempt at a release; its content is frozen under content_hash.';

create table release.vintage (
    candidate_id bigint not null references release.candidate,
    gi_code text not null,
    reporting_month date not null,
    delivery_id bigint not null references ledger.delivery,
    content_sha256 text not null,
    primary key (candidate_id, gi_code, reporting_month)
);
comment on table release.vintage is 'The deliveries behind a candidate.';

create table release.approval (
    candidate_id bigint not null references release.candidate,
    content_hash text not null,
    approver text not null,
    decided_at timestamptz not null,
    decision text not null check (decision in ('approved', 'rejected')),
    reason text not null,
    primary key (candidate_id, approver)
);
comment on table release.approval is 'Who agreed or refused, bound to the content hash.';

create table release.state_change (
    change_id bigint generated always as identity primary key,
    candidate_id bigint not null references release.candidate,
    from_state text,
    to_state text not null,
    changed_at timestamptz not null,
    who text not null,
    why text not null
);
comment on table release.state_change is 'Every change of state of a candidate.';

create table release.waiting (
    release_id text not null,
    noted_at timestamptz not null,
    reason text not null,
    primary key (release_id, reason)
);
comment on table release.waiting is 'What a release was waiting for, and when that was first noted.';

-- dbt's own schemas ----------------------------------------------------------------------------------------
create schema staging authorization gi_transform;
create schema core authorization gi_transform;
create schema marts authorization gi_transform;
create schema publication authorization gi_transform;
-- Readers may look before the first build, and find nothing there yet.
set local role gi_transform;
grant usage on schema marts to gi_analyst, gi_quality, gi_release;
grant usage on schema publication to gi_quality, gi_release;
reset role;

-- who may do what ------------------------------------------------------------------------------------------
grant usage on schema ledger to gi_intake, gi_transform, gi_quality, gi_release;
grant usage on schema landing to gi_intake, gi_transform;
grant usage on schema quality to gi_intake, gi_quality, gi_release;
grant usage on schema release to gi_quality, gi_release;

grant select on all tables in schema ledger to gi_intake, gi_transform, gi_quality, gi_release;
grant insert, update on all tables in schema ledger to gi_intake;
-- Gate G2 puts a delivery on hold.
grant insert on ledger.known, ledger.expectation, ledger.state_change to gi_quality;
grant update on ledger.delivery, ledger.known, ledger.expectation to gi_quality;

grant select, insert, delete on all tables in schema landing to gi_intake;
grant select on all tables in schema landing to gi_transform;
grant execute on function landing.ensure_month to gi_intake;

grant select, insert, delete on quality.finding, quality.rule_outcome, quality.set_aside_row to gi_intake;
grant select on all tables in schema quality to gi_quality, gi_release;
grant insert on quality.verdict to gi_quality;

grant select on all tables in schema release to gi_quality, gi_release;
grant insert, update, delete on all tables in schema release to gi_release;
