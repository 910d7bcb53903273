from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor.release import provenance


def test_where_there_is_no_checkout_the_image_says_its_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_COMMIT", "0123abc")
    assert provenance.code_commit(tmp_path) == "0123abc"

    monkeypatch.delenv("GI_MONITOR_COMMIT")
    assert provenance.code_commit(tmp_path) == "unknown"
