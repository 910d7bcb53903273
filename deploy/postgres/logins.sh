#!/bin/sh
# Run once, by the image of Postgres, on an empty volume: the two logins, each with a database of its name.
# Ours makes the roles of the stages (gi-monitor migrate).
set -eu

login() {
    # A password on a command line could be seen by others; one that is read is not.
    printf "create role %s login %s password '%s';\ncreate database %s owner %s;\n" \
        "$1" "$2" "$(cat "/run/secrets/$3")" "$1" "$1" |
        psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres
}

login gi_monitor createrole warehouse_password
login airflow nocreaterole airflow_password
