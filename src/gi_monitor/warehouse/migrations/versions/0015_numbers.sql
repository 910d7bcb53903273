-- A numeric column also takes NaN, which sorts above every number: an upper bound refuses it and Infinity.
alter table landing.caseload
    add constraint row_number_in_range check (row_number > 0),
    add constraint worker_changes_in_range check (worker_changes between 0 and 999);
alter table landing.waitlist
    add constraint row_number_in_range check (row_number > 0);
alter table landing.staffing
    add constraint row_number_in_range check (row_number > 0),
    add constraint fte_contract_in_range check (fte_contract between 0 and 1.20),
    add constraint fte_caseload_in_range check (fte_caseload between 0 and 1.20),
    add constraint absence_fte_days_in_range check (absence_fte_days between 0 and 99999);

-- A control total is a number of JSON, so never NaN; text in its place is none. A delivery that was not read has null.
create function ledger.is_control_totals(totals jsonb) returns boolean
language sql immutable parallel safe returns null on null input as $$
    select case jsonb_typeof(totals)
        when 'null' then true
        when 'object' then not exists (
            select from jsonb_each(totals) as total (name, value)
            where case when jsonb_typeof(value) = 'number' then value::numeric not between 0 and 99999999 else true end
        )
        else false
    end
$$;
alter table ledger.delivery
    add constraint sequence_number_in_range check (sequence_number > 0),
    add constraint vacancies_fte_in_range check (vacancies_fte between 0 and 99999),
    add constraint control_totals_in_range check (ledger.is_control_totals(control_totals)),
    add constraint smallest_class_in_range check (smallest_class > 0),
    add constraint small_class_share_in_range check (small_class_share between 0 and 1);
alter table ledger.delivery_file
    add constraint size_bytes_in_range check (size_bytes >= 0);
alter table ledger.institution
    add constraint due_day_in_range check (due_day between 1 and 28);
alter table quality.finding
    add constraint row_number_in_range check (row_number > 0);
alter table quality.rule_outcome
    add constraint failures_in_range check (failures >= 0);
alter table quality.set_aside_row
    add constraint row_number_in_range check (row_number > 0);
