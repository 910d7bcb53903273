-- who acts -------------------------------------------------------------------------------------------------
-- All functions here run as their owner, which is the pipeline's own login. So current_user is that login, and
-- session_user is who is connected.
create function ledger.acting(named text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user = current_user then
        return coalesce(named, session_user);
    elsif named is null or named = session_user then
        return session_user;
    end if;
    raise insufficient_privilege using message = format(
        'login %s cannot act as %s: only the pipeline''s own login passes on who Airflow says is acting',
        session_user, named
    );
end
$$;
comment on function ledger.acting is 'Who acts: the login that is connected, or whom the pipeline''s own login names.';

create function ledger.sign_state_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.who := ledger.acting(new.who);
    return new;
end
$$;
create trigger signed before insert on ledger.state_change for each row execute function ledger.sign_state_change();

-- what is decided on ---------------------------------------------------------------------------------------
create function release.verdicts(candidate bigint) returns setof quality.verdict
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from quality.verdict
    where run_id = (select run_id from quality.verdict where candidate_id = $1 order by verdict_id desc limit 1)
$$;
comment on function release.verdicts is 'The verdicts of the last time that gate G3 was run on a candidate.';

create function release.makers(candidate bigint) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select made_by from release.candidate where candidate_id = $1
    union
    select who from release.state_change
    where candidate_id = $1 and (to_state = 'draft' or (from_state = 'draft' and to_state = 'candidate'))
    union
    select change.who from ledger.state_change as change
    inner join release.vintage using (delivery_id)
    where vintage.candidate_id = $1 and change.from_state = 'on_hold'
    union
    select waived_by from quality.rule_outcome
    inner join release.vintage using (delivery_id)
    where vintage.candidate_id = $1 and waived_by is not null
    union
    select given_by from release.waiver inner join release.candidate using (release_id) where candidate_id = $1
$$;
comment on function release.makers is 'Who made a candidate, or decided a hold or a waiver in it, and so does not approve it.';

create function release.approvals_missing(candidate bigint) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select greatest(0,
        case
            when exists (select from release.verdicts($1) where verdict = 'WAIVED') or exists (
                select from quality.rule_outcome inner join release.vintage using (delivery_id)
                where vintage.candidate_id = $1 and waived_by is not null
            )
            then 2 else 1
        end - (
            select count(distinct approver) from release.approval
            inner join release.candidate using (candidate_id, content_hash)
            where candidate_id = $1 and decision = 'approved' and approver not in (select release.makers($1))
        )
    )
$$;
comment on function release.approvals_missing is
    'How many more persons must agree: two are needed with a waiver in it, else one. Makers do not count.';

-- what happens to a candidate ------------------------------------------------------------------------------
create function release.require_state(candidate bigint, variadic wanted text[]) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_state text;
begin
    select state into found_state from release.candidate where candidate_id = $1 for update;
    if found_state is null or found_state <> all (wanted) then
        raise check_violation using message = format('candidate %s is %s', $1, coalesce(found_state, 'not there'));
    end if;
    return found_state;
end
$$;

create function release.note(candidate bigint, from_state text, to_state text, at timestamptz, who text, why text)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update release.candidate set state = $3 where candidate_id = $1;
    insert into release.state_change (candidate_id, from_state, to_state, changed_at, who, why)
    values ($1, $2, $3, $4, $5, $6)
$$;

create function release.draft(
    release_id text, version text, vintage timestamptz, deliveries bigint[], code_commit text, lock_sha256 text,
    at timestamptz, who text, why text
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    made bigint;
    maker text := ledger.acting(who);
begin
    insert into release.candidate
        (release_id, version, state, vintage, code_commit, lock_sha256, made_by, made_at)
    values ($1, $2, 'draft', $3, $5, $6, maker, at) returning candidate_id into made;
    insert into release.vintage (candidate_id, gi_code, reporting_month, delivery_id, content_sha256)
    select made, gi_code, reporting_month, delivery_id, content_sha256
    from ledger.delivery where delivery_id = any ($4);
    perform release.note(made, null, 'draft', at, maker, why);
    return made;
end
$$;
comment on function release.draft is 'A new draft with its vintage; its number.';

create function release.take_up(
    candidate bigint, code_commit text, lock_sha256 text, at timestamptz, who text
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform release.require_state($1, 'draft');
    update release.candidate set code_commit = $2, lock_sha256 = $3, made_at = at where candidate_id = $1;
    perform release.note($1, 'draft', 'draft', at, ledger.acting(who), 'taken up again');
end
$$;
comment on function release.take_up is 'Go on with a draft, with the code of now.';

create function release.renumber(candidate bigint, version text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform release.require_state($1, 'draft');
    update release.candidate set version = $2 where candidate_id = $1;
end
$$;
comment on function release.renumber is 'Give a draft the version that its content calls for.';

create function release.freeze(candidate bigint, content_hash text, at timestamptz, who text, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform release.require_state($1, 'draft');
    if not exists (select from release.verdicts($1)) or exists (
        select from release.verdicts($1)
        where verdict = 'NOT_RUN' or (verdict = 'FAIL' and severity = 'critical')
    ) then
        raise check_violation using message = format('candidate %s did not pass gate G3', $1);
    end if;
    update release.candidate set content_hash = $2 where candidate_id = $1;
    perform release.note($1, 'draft', 'candidate', at, ledger.acting(who), why);
end
$$;
comment on function release.freeze is 'A draft that passed gate G3 becomes a candidate under the hash of its content.';

create function release.decide(
    candidate bigint, content_hash text, approve boolean, at timestamptz, who text, reason text
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    decider text := ledger.acting(who);
begin
    perform release.require_state($1, 'candidate');
    if reason !~ '\S' then
        raise check_violation using message = 'a decision needs a reason';
    elsif not exists (select from release.candidate as c where c.candidate_id = $1 and c.content_hash = $2) then
        raise check_violation using message = format('candidate %s has other content', $1);
    elsif approve and decider in (select release.makers($1)) then
        raise check_violation using message = format('%s made candidate %s or decided in it', decider, $1);
    end if;
    insert into release.approval (candidate_id, content_hash, approver, decided_at, decision, reason)
    values ($1, $2, decider, at, case when approve then 'approved' else 'rejected' end, $6);
    if not approve then
        perform release.note($1, 'candidate', 'rejected', at, decider, $6);
    elsif release.approvals_missing($1) = 0 then
        perform release.note($1, 'candidate', 'approved', at, decider, $6);
    end if;
end
$$;
comment on function release.decide is
    'Record who agrees with a candidate or refuses it. Enough agreement approves it; one refusal rejects it.';

create function release.move(candidate bigint, to_state text, at timestamptz, who text, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    from_state text;
begin
    from_state := case $2
        when 'superseded' then release.require_state($1, 'draft', 'candidate', 'approved')
        when 'published' then release.require_state($1, 'approved')
        when 'withdrawn' then release.require_state($1, 'published')
        when 'candidate' then release.require_state($1, 'approved')
    end;
    if from_state is null then
        raise check_violation using message = format('a candidate is not moved to %s', $2);
    elsif $2 = 'published' and release.approvals_missing($1) > 0 then
        raise check_violation using message = format('candidate %s has not enough approvals', $1);
    elsif $2 = 'candidate' and release.approvals_missing($1) = 0 then
        raise check_violation using message = format('candidate %s has the approvals that it needs', $1);
    end if;
    perform release.note($1, from_state, $2, at, ledger.acting(who), why);
end
$$;
comment on function release.move is
    'A candidate is superseded, published or withdrawn; or waits for a decision again, when an approval does not count.';

create function release.waive(
    release_id text, expectation text, about text, reason text, valid_until date, at timestamptz, who text
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into release.waiver (release_id, expectation, about, reason, given_by, given_at, valid_until)
    values ($1, $2, $3, $4, ledger.acting($7), $6, $5)
$$;
comment on function release.waive is 'Let a release break an expectation of gate G3 until a day.';

revoke execute on all functions in schema release from public;
revoke execute on function ledger.acting, ledger.sign_state_change from public;
grant execute on function
    release.verdicts, release.makers, release.approvals_missing, release.draft, release.take_up, release.renumber,
    release.freeze, release.decide, release.move, release.waive
to gi_release;
revoke insert, update on
    release.candidate, release.vintage, release.approval, release.state_change, release.waiver
from gi_release;

-- locks ----------------------------------------------------------------------------------------------------
-- Every login can take any advisory lock. A lock on a row of this table is taken by a function, for who has the
-- role; it ends with the transaction.
create table ledger.lock (
    name text primary key,
    role name not null
);
comment on table ledger.lock is 'What only one transaction at a time does, each a row to lock; which role does it.';
insert into ledger.lock values
    ('build', 'gi_transform'), ('standardise', 'gi_quality'), ('release', 'gi_release'),
    ('journal of releases', 'gi_release'), ('notices', 'gi_watch'), ('new months', 'gi_intake');
insert into ledger.lock select 'intake of ' || gi_code, 'gi_intake' from ledger.institution;

create function ledger.add_lock() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into ledger.lock values ('intake of ' || new.gi_code, 'gi_intake') on conflict do nothing;
    return null;
end
$$;
create trigger locked after insert on ledger.institution for each row execute function ledger.add_lock();

create function ledger.take_lock(named text, patience interval) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    before text := current_setting('lock_timeout');
begin
    if not exists (
        select from ledger.lock where name = named and pg_has_role(session_user, role, 'member')
    ) then
        raise insufficient_privilege using message = format('%s may not lock %s', session_user, named);
    end if;
    perform set_config('lock_timeout', (extract(epoch from patience) * 1000)::bigint::text, true);
    perform from ledger.lock where name = named for update;
    perform set_config('lock_timeout', before, true);
end
$$;
comment on function ledger.take_lock is
    'Hold a lock until the transaction ends. Waiting longer than the patience fails: lock_holder says for whom.';

-- By its owner's rights, because the statistics of a session say what it does to nobody but its own login.
create function ledger.lock_holder(named text) returns text
language sql security definer set search_path = pg_catalog, pg_temp as $$
    select format('process %s of login %s (%s)%s', pid, usename, application_name, ', since ' || xact_start)
    from ledger.lock
    inner join pg_locks on locktype = 'transactionid' and transactionid = lock.xmax and granted
    inner join pg_stat_activity using (pid)
    where name = named
$$;
comment on function ledger.lock_holder is 'Which session holds a lock, and since when its transaction runs.';
revoke execute on function ledger.take_lock, ledger.lock_holder, ledger.add_lock from public;
grant execute on function ledger.take_lock, ledger.lock_holder to gi_intake, gi_transform, gi_quality, gi_release, gi_watch;

create or replace function landing.ensure_month(month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    dataset text;
    partition text;
begin
    foreach dataset in array array['caseload', 'waitlist', 'staffing'] loop
        partition := dataset || to_char(month, '_YYYY_MM');
        if to_regclass('landing.' || partition) is null then
            perform ledger.take_lock('new months', '5 minutes');
            -- Another may have made it since; to_regclass would repeat what it said before.
            execute format(
                'create table if not exists landing.%I partition of landing.%I for values in (%L)',
                partition, dataset, month
            );
            execute format(
                'create index if not exists %I on landing.%I (delivery_id)', partition || '_delivery_id_idx', partition
            );
        end if;
    end loop;
end
$$;
