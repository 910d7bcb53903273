"""Where things are and which mode we run in: read from the environment, nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MODES = ("demo", "production")
_DATABASE_URL = "GI_MONITOR_DATABASE_URL"


class SettingsError(RuntimeError):
    """A setting cannot be read; the message names its variable."""


@dataclass(frozen=True)
class Settings:
    """The settings of this process.

    ``home`` holds what is versioned (institutions, contracts, dbt project …); ``data`` holds what
    the machine keeps (inbox, outbox, archive, releases, the embedded database). ``airflow_url`` is
    where people find Airflow's web page, by Airflow's own setting.
    """

    home: Path
    data: Path
    institutions: Path
    airflow_url: str
    production: bool

    @property
    def database_url(self) -> str | None:
        """The warehouse's URL, None for the embedded server. It holds a password, so that it may come from a file.

        Read when it is asked for: some parts of the stack know the variable and are not given the file. Raises
        SettingsError when it cannot be read.
        """
        if url := os.environ.get(_DATABASE_URL):
            return url
        if path := os.environ.get(f"{_DATABASE_URL}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsError(f"the file of {_DATABASE_URL}_FILE cannot be read: {error.strerror}") from None
        return None

    @property
    def clock(self) -> Path:
        """The moment to which the clock of this folder was set, if it was."""
        return self.data / "clock"

    @property
    def inbox(self) -> Path:
        """Where folder deliveries arrive: ``<gi_code>/<verslagmaand>/<volgnummer>/``."""
        return self.data / "inbox"

    @property
    def outbox(self) -> Path:
        """Where receipts go, laid out as the inbox."""
        return self.data / "outbox"

    @property
    def archive(self) -> Path:
        """Original bytes, encrypted, in a folder per delivery."""
        return self.data / "archive"

    @property
    def secrets(self) -> Path:
        """Throw-away secrets; in production mode none are kept here."""
        return self.data / "secrets"

    @property
    def candidates(self) -> Path:
        """Frozen candidates that wait for sign-off; never served."""
        return self.data / "candidates"

    @property
    def releases(self) -> Path:
        """Published releases; what the web server shows."""
        return self.data / "releases"

    @property
    def metrics(self) -> Path:
        """Where Prometheus' textfile collector looks."""
        return self.data / "metrics"

    @property
    def withdrawn(self) -> Path:
        """Releases that were withdrawn, kept whole; never served."""
        return self.data / "withdrawn"


def load() -> Settings:
    """Read the settings from ``GI_MONITOR_*``; every variable has a default for a checkout.

    Raises SettingsError for a mode that is none of ``MODES``, and for a folder that is set to nothing.
    """
    home = _folder("GI_MONITOR_HOME", PROJECT)
    return Settings(
        home=home,
        data=_folder("GI_MONITOR_DATA", home / ".local"),
        institutions=_folder("GI_MONITOR_INSTITUTIONS", home / "institutions"),
        airflow_url=os.environ.get("AIRFLOW__API__BASE_URL", "http://localhost:8080").rstrip("/"),
        production=_mode() == "production",
    )


def _folder(variable: str, default: Path) -> Path:
    path = os.environ.get(variable, str(default))
    if not path:
        raise SettingsError(f"{variable} is empty: set it to a folder, or unset it")
    return _resolved(path)


@lru_cache
def _resolved(path: str) -> Path:
    """Follow the links of a path once: the settings are asked for thousands of times while one delivery is read."""
    return Path(path).resolve()


def _mode() -> str:
    mode = os.environ.get("GI_MONITOR_MODE", "demo")
    if mode not in MODES:
        raise SettingsError(f"GI_MONITOR_MODE is {mode!r}: set it to {' or '.join(MODES)}")
    return mode
