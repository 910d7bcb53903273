#!/bin/sh
# Makes what the stack in containers keeps secret, each in a file under secrets/. What is there already is left alone, so
# it can be run again, after a new institution or user too: remove the file that is to be made anew first.
# Needs openssl and ssh-keygen.
set -eu
cd "$(dirname "$0")/.."
project=$(pwd)
umask 077
mkdir -p secrets
cd secrets
drafts=$(mktemp -d)
trap 'rm -rf "$drafts"' EXIT

# The folder is its owner's alone. The files in it may be read by whoever gets there, which are the containers that are
# given one: they run as other users.
keep() { # NAME, content on standard input
    cat >".draft"
    chmod 0444 ".draft"
    mv -f ".draft" "$1"
}
missing() { [ ! -e "$1" ]; }
random() { openssl rand -hex 24 | tr -d '\n'; }
setting() { sed -n "s/^$1=//p" "$project/.env" 2>/dev/null || true; }

for name in keys archive signing; do
    if missing $name; then openssl rand -base64 32 | keep $name; fi
done
for name in airflow_jwt airflow_secret_key airflow_password postgres_password redis_password warehouse_password; do
    if missing $name; then random | keep $name; fi
done
if missing airflow_fernet; then openssl rand -base64 32 | tr -d '\n' | tr '+/' '-_' | keep airflow_fernet; fi

warehouse=$(cat warehouse_password)
airflow=$(cat airflow_password)
redis=$(cat redis_password)
if missing warehouse_url; then
    printf 'postgresql://gi_monitor:%s@postgres:5432/gi_monitor' "$warehouse" | keep warehouse_url
fi
if missing airflow_url; then
    printf 'postgresql+psycopg2://airflow:%s@postgres:5432/airflow' "$airflow" | keep airflow_url
fi
if missing result_backend; then
    printf 'db+postgresql://airflow:%s@postgres:5432/airflow' "$airflow" | keep result_backend
fi
if missing broker_url; then printf 'redis://:%s@redis:6379/0' "$redis" | keep broker_url; fi
if missing redis_conf; then
    printf 'requirepass %s\nsave ""\nappendonly no\nmaxmemory-policy noeviction\n' "$redis" | keep redis_conf
fi

if missing airflow_passwords; then
    users=$(setting GI_MONITOR_USERS)
    for user in $(echo "${users:-admin:admin,dana:op,robin:user}" | tr ',' ' '); do
        printf '"%s": "%s"\n' "${user%%:*}" "$(openssl rand -hex 12)"
    done | paste -sd, - | sed 's/.*/{&}/' | keep airflow_passwords
fi

for name in sftp_key sftp_host_key; do
    if missing $name; then
        ssh-keygen -q -t ed25519 -N '' -C gi-monitor -f "$drafts/$name"
        keep $name.pub <"$drafts/$name.pub"
        keep $name <"$drafts/$name"
    fi
done
# An account per institution, for two keys: ours, and its own where that lies beside its file. Written anew each time.
cd ..
institutions=$(setting GI_MONITOR_INSTITUTIONS)
for file in "${institutions:-institutions}"/[!_]*.yml; do
    gi_code=$(basename "$file" .yml)
    keys=$(cat secrets/sftp_key.pub "${file%.yml}.pub" 2>/dev/null | sed 's/.*/"&"/' | paste -sd, -)
    printf '{"username": "%s", "status": 1, "home_dir": "/srv/sftpgo/data/%s", "permissions": {"/": ["*"]}, ' \
        "$gi_code" "$gi_code"
    printf '"public_keys": [%s]}\n' "$keys"
done | paste -sd, - | sed 's/.*/{"version": 17, "users": [&]}/' >"$drafts/sftp_users"
cd secrets
keep sftp_users <"$drafts/sftp_users"

if missing objectstore_accounts; then
    {
        printf '{"identities": [{"name": "gi-monitor", "actions": ["Admin", "Read", "Write", "List", "Tagging"], '
        printf '"credentials": [{"accessKey": "gi-monitor", "secretKey": "%s"}]}]}\n' "$(random)"
    } | keep objectstore_accounts
fi
if missing objectstore_certificate; then
    # A certificate authority that signs once: its key is not kept.
    new_key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    # shellcheck disable=SC2086
    openssl req -x509 $new_key -days 3650 -subj '/CN=GI-monitor stack' \
        -keyout "$drafts/ca_key" -out "$drafts/ca" 2>"$drafts/log" || { cat "$drafts/log" >&2; exit 1; }
    # shellcheck disable=SC2086
    openssl req -x509 $new_key -days 825 -subj /CN=objectstore -CA "$drafts/ca" -CAkey "$drafts/ca_key" \
        -addext subjectAltName=DNS:objectstore,DNS:localhost -addext basicConstraints=critical,CA:FALSE \
        -keyout "$drafts/key" -out "$drafts/certificate" 2>"$drafts/log" || { cat "$drafts/log" >&2; exit 1; }
    keep objectstore_ca <"$drafts/ca"
    keep objectstore_key <"$drafts/key"
    keep objectstore_certificate <"$drafts/certificate"
fi

echo "secrets/ is complete: back it up apart from the data (docs/operators.md); Airflow's passwords are in airflow_passwords"
