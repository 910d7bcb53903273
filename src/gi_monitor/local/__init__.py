"""The stack of one machine: Airflow on the embedded PostgreSQL, and the demo that runs through it."""
