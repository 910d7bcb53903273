-- The lock is only for who makes a partition: held until the end of a transaction, it kept every other load waiting.
create or replace function landing.ensure_month(month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    dataset text;
    partition text;
begin
    foreach dataset in array array['caseload', 'waitlist', 'staffing'] loop
        partition := dataset || to_char(month, '_YYYY_MM');
        if to_regclass('landing.' || partition) is null then
            perform pg_advisory_xact_lock(hashtext('landing.ensure_month'));
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
