"""What `make install` fetches is pinned with hashes, the installer itself too."""

from __future__ import annotations

import re

from gi_monitor.settings import PROJECT

FETCHES = re.compile(r"pip(?:\.exe)? (?:install|sync)\b.*")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")


def test_make_install_fetches_nothing_without_a_hash() -> None:
    [_, rule] = MAKEFILE.split("\n$(INSTALLED):")
    fetched = FETCHES.findall(rule)
    assert len(fetched) == 3
    unhashed = [command for command in fetched if "--require-hashes" not in command]
    assert len(unhashed) == 1 and "--no-deps --no-build-isolation --editable ." in unhashed[0], "our own code"


def test_the_installer_is_pinned_with_hashes_and_names_no_host() -> None:
    lock = (PROJECT / "requirements-uv.lock").read_text(encoding="utf-8")
    assert re.match(r"uv==\d+\.\d+\.\d+ \\\n    --hash=sha256:[0-9a-f]{64}", lock)
    assert len(re.findall("^[a-z]", lock, re.MULTILINE)) == 1
    assert "://" not in lock


def test_make_lock_writes_every_lock_that_there_is() -> None:
    locks = {path.name for path in PROJECT.glob("requirements*.lock")}
    assert locks == set(re.findall(r"-o (requirements\S*\.lock)", MAKEFILE))
