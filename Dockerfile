# One image for every part of the stack that runs our code: Airflow's processes, workers, the command line.
# Pinned by version; whoever runs it for real pins the digest too (docs/operators.md).
FROM python:3.12.12-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/gi-monitor
ENV PATH=/opt/gi-monitor/bin:$PATH

WORKDIR /build
COPY requirements-stack.lock ./
RUN pip install --require-hashes --requirement requirements-stack.lock

COPY pyproject.toml README.md LICENSE ./
COPY src src
# What it is built with is in the lock, so nothing unpinned is fetched.
RUN pip install --no-deps --no-build-isolation . \
    && python -m compileall -q /opt/gi-monitor/lib


FROM python:3.12.12-slim-bookworm

# Pango and HarfBuzz make the PDF of a release. Without libharfbuzz-subset0 it holds the moment at which it is made.
# The versions are not pinned, so that Debian's security updates come in.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin gi-monitor \
    && install --directory --owner=gi-monitor --mode=0755 \
        /var/lib/gi-monitor /var/lib/gi-monitor/metrics /var/lib/gi-monitor/releases /var/log/airflow

COPY --from=build /opt/gi-monitor /opt/gi-monitor
WORKDIR /srv/gi-monitor
COPY requirements.lock requirements-stack.lock ./
COPY contracts contracts
COPY dags dags
COPY dbt_project dbt_project
COPY docs docs
COPY expectations expectations
COPY indicators indicators
COPY institutions institutions

# The image has no git: a release says with which commit it was made (release/provenance.py).
ARG GI_MONITOR_COMMIT=unknown
ENV PATH=/opt/gi-monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AIRFLOW_HOME=/tmp/airflow \
    GI_MONITOR_HOME=/srv/gi-monitor \
    GI_MONITOR_DATA=/var/lib/gi-monitor \
    GI_MONITOR_COMMIT=$GI_MONITOR_COMMIT

USER 10001:10001
CMD ["gi-monitor", "--help"]
