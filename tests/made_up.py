"""Made-up deliveries that are kept between runs, for as long as the code that makes them stays the same."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import yaml

from gi_monitor import settings
from gi_monitor.institutions import paths
from gi_monitor.month import Month
from gi_monitor.synthetic import FIRST, LAST, synthesise
from tests.prepared import locked

_KEPT = settings.PROJECT / ".local" / "made-up"
_MADE_BY = ("src/gi_monitor/synthetic", "src/gi_monitor/dialects", "src/gi_monitor/institutions")
_MADE_OF = ("contracts", "institutions", "indicators")


def made_up(
    scale: float, first: Month = FIRST, last: Month = LAST, *, canonical: bool = False, seed: int = 2023
) -> Path:
    """Return a folder with ``deliveries`` of all institutions at a scale, and the ``institutions`` that made them.

    With ``canonical`` every institution delivers in canonical form to a folder, else as its own file says. Nobody
    writes in the folder that is returned.
    """
    name = f"{scale:g} {first} {last} {seed}{' canonical' if canonical else ''}"
    _KEPT.mkdir(parents=True, exist_ok=True)
    with locked(_KEPT / f"{name}.lock"):
        kept = _KEPT / f"{name} {_hash()}"
        if not kept.exists():
            for stale in _KEPT.glob(f"{name} ????????????"):
                shutil.rmtree(stale)
            draft = _KEPT / f"{name} draft"
            _make(draft, scale, first, last, canonical=canonical, seed=seed)
            draft.rename(kept)
    return kept


def _make(folder: Path, scale: float, first: Month, last: Month, *, canonical: bool, seed: int) -> None:
    (folder / "institutions").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GI_MONITOR_INSTITUTIONS", raising=False)
        shipped = paths()
    for path in shipped:
        institution = yaml.safe_load(path.read_text(encoding="utf-8"))
        omitted = ("dialect", "transport") if canonical else ()
        content = {name: value for name, value in institution.items() if name not in omitted}
        (folder / "institutions" / path.name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GI_MONITOR_INSTITUTIONS", str(folder / "institutions"))
        synthesise(folder / "deliveries", scale=scale, first=first, last=last, seed=seed, progress=lambda _line: None)


def _hash() -> str:
    """A name for the code and the data that the deliveries are made by."""
    content = hashlib.sha256()
    for folder in (*_MADE_BY, *_MADE_OF):
        for path in sorted((settings.PROJECT / folder).rglob("*")):
            if path.suffix in (".py", ".csv", ".yml"):
                content.update(f"{path.relative_to(settings.PROJECT)}\n".encode() + path.read_bytes())
    return content.hexdigest()[:12]
