"""The Postgres warehouse: the embedded server, connections by role, migrations, running dbt."""
