"""Whoever prepares, decides or publishes is killed between any two steps; running it again ends in the same release."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gi_monitor import atomic
from gi_monitor.release import beside, candidate, content, files, publish, signature, signoff, store, withdraw
from gi_monitor.release.formats import observations
from tests.unit.release.conftest import Gate, World
from tests.unit.release.test_life import AFTER_THE_MOMENT
from tests.unit.release.test_life import files as files_of


class Killed(BaseException):
    """Nothing in the project catches this: the process is gone."""


# What each step does to the world outside it, in the order in which it is done.
PREPARE = [
    (store, "draft"), (observations, "write"), (content, "write"), (content, "write_verdicts"),
    (files, "write_sums"), (signature, "sign"), (content, "seal"), (Path, "rename"), (store, "freeze"),
]  # fmt: skip
DECIDE = [(store, "decide"), (signoff, "write_approval")]
PUBLISH = [
    (files, "copy"), (signoff, "write_approval"), (Path, "rename"), (shutil, "rmtree"), (Path, "symlink_to"),
    (store, "move"), (beside, "renew"),
    (atomic, "write"), (signature, "write_public_key"),
]  # fmt: skip
Place = tuple[Any, str]


def kill(monkeypatch: pytest.MonkeyPatch, place: Place, *, when: str, act: Callable[[], Any]) -> None:
    """Run ``act`` and kill it just before or just after its first call of ``place``."""
    owner, name = place
    original = getattr(owner, name)

    def deadly(*arguments: Any, **keywords: Any) -> None:
        if when == "after":
            original(*arguments, **keywords)
        raise Killed(name)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, deadly)
        with pytest.raises(Killed):
            act()


def moments(*commands: list[Place]) -> list[Any]:
    """Before each place, and after the last of each command: after a place is before the next one."""
    return [
        pytest.param(step, place, when, id=f"{step}-{place[1]}-{when}")
        for step, places in enumerate(commands)
        for place, when in [*((place, "before") for place in places), (places[-1], "after")]
    ]


@pytest.mark.parametrize(("step", "place", "when"), moments(PREPARE, DECIDE, PUBLISH))
def test_killed_and_run_again_it_ends_in_the_same_release(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch, step: int, place: Place, when: str
) -> None:
    def prepare() -> Any:
        return candidate.prepare(made_by="airflow", judge=gate)

    def decide() -> None:
        signoff.decide(1, frozen_as(world), approve=True, who="robin", reason="nagekeken")

    steps: list[Callable[[], Any]] = [prepare, decide, publish.publish_due]
    for number, act in enumerate(steps):
        if act is publish.publish_due:
            monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
        if number == step:
            kill(monkeypatch, place, when=when, act=act)
            assert_no_half_release(world)
        act()

    assert world.query("select candidate_id, state from release.candidate") == [(1, "published")]
    changes = [after for (after,) in world.query("select to_state from release.state_change order by change_id")]
    assert [state for state in changes if state != "draft"] == ["candidate", "approved", "published"]
    assert world.query("select approver, decision from release.approval") == [("robin", "approved")]
    released = world.data / "releases" / "gi-monitor-2024-T3-1.0.0"
    assert world.query("select content_hash from release.candidate") == [(files.content_hash(released),)]
    assert "approval.json" in files_of(released)
    assert (released.parent / "latest").readlink() == Path(released.name)
    assert {path.name for path in released.parent.iterdir()} == {
        released.name, "latest", "gi-monitor.pub", "index.json", "calendar.json", "corrections.json", "feed.atom",
        "dcat.ttl", "dcat.jsonld",
    }  # fmt: skip
    assert list((world.data / "candidates").iterdir()) == []


def frozen_as(world: World) -> str:
    [(content_hash,)] = world.query("select content_hash from release.candidate")
    return str(content_hash)


def assert_no_half_release(world: World) -> None:
    """What is served is nothing or a whole release, and what is called a candidate is whole."""
    for released in (world.data / "releases").glob("gi-monitor-*"):
        assert files.content_hash(released) in [h for (h,) in world.query("select content_hash from release.candidate")]
    for number, content_hash in world.query(
        "select candidate_id, content_hash from release.candidate where state in ('candidate', 'approved')"
    ):
        waiting = world.data / "candidates" / f"2024-T3-1.0.0-{number}"
        released = world.data / "releases" / "gi-monitor-2024-T3-1.0.0"
        assert files.content_hash(waiting if waiting.exists() else released) == content_hash


@pytest.mark.parametrize(
    ("_step", "place", "when"),
    moments([(store, "move"), (Path, "mkdir"), (Path, "rename"), (publish, "point_latest"), (beside, "renew")]),
)
def test_a_withdrawal_that_was_killed_shows_the_release_or_the_tombstone_whole_and_can_be_finished(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch, _step: int, place: Place, when: str
) -> None:
    made = candidate.prepare(made_by="airflow", judge=gate).candidate
    assert made is not None
    signoff.decide(1, frozen_as(world), approve=True, who="robin", reason="nagekeken")
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    publish.publish_due()
    released, kept = (world.data / name / made.edition for name in ("releases", "withdrawn"))

    def act() -> None:
        withdraw.withdraw("2024-T3-1.0.0", who="noor", reason="fout")

    kill(monkeypatch, place, when=when, act=act)
    whole = [folder for folder in (released, kept) if (folder / "review").exists()]
    assert [files.content_hash(folder) for folder in whole] == [made.content_hash]
    act()

    assert world.query("select state from release.candidate") == [("withdrawn",)]
    assert files.content_hash(kept) == made.content_hash
    assert set(files_of(released)) == {"public/index.html", "public/withdrawn.json"}
    assert sorted(path.name for path in released.parent.glob("gi-monitor-*")) == [released.name]
    assert not (released.parent / "latest").is_symlink()
