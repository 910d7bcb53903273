alter table ledger.delivery add column specification text;
comment on column ledger.delivery.specification is 'The version of the specification by which it was read; empty where levering.json could not be.';
comment on column ledger.delivery.unavailable is 'What the institution cannot report (niet_beschikbaar), and the columns that its version of the specification has not.';
-- Until now there was one version.
update ledger.delivery set specification = '1.0' where control_totals is not null;
