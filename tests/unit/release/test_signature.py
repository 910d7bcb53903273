"""What was signed is told from what was not, by the public key alone."""

from __future__ import annotations

import base64
from pathlib import Path

import minisign
import pytest

from gi_monitor.release import candidate, catalogue, files, publish, signature, signoff
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.secrets import SecretError
from gi_monitor.warehouse.connection import connect
from tests.unit.release.conftest import Gate, World
from tests.unit.release.test_life import AFTER_THE_MOMENT

EDITION = "gi-monitor-2024-T3-1.0.0"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    public = tmp_path / "release" / "public"
    public.mkdir(parents=True)
    (public / "a.txt").write_text("a")
    files.write_sums(public)
    signature.sign(public, EDITION)
    return public


def key(monkeypatch: pytest.MonkeyPatch, seed: bytes) -> None:
    monkeypatch.setenv("GI_MONITOR_SECRET_SIGNING", base64.b64encode(seed * 32).decode())


def test_the_public_key_alone_verifies_it_and_it_names_the_release(tree: Path) -> None:
    signature.write_public_key(tree.parent)
    public = minisign.PublicKey.from_file(tree.parent / "gi-monitor.pub")
    signed = minisign.Signature.from_file(tree / "SHA256SUMS.minisig")

    public.verify_file(tree / "SHA256SUMS", signed)
    assert signed.is_prehashed()
    assert signed.trusted_comment == f"{EDITION} public, throw-away key for trying things out"
    assert "throw-away" in (tree.parent / "gi-monitor.pub").read_text()


def test_signing_again_gives_the_same_bytes(tree: Path) -> None:
    before = (tree / "SHA256SUMS.minisig").read_bytes()
    signature.sign(tree, EDITION)
    assert (tree / "SHA256SUMS.minisig").read_bytes() == before


@pytest.mark.parametrize("name", ["SHA256SUMS", "SHA256SUMS.minisig"])
def test_what_was_changed_or_is_missing_is_refused(tree: Path, name: str) -> None:
    signature.verify(tree)
    content = (tree / name).read_text()
    (tree / name).write_text(content.replace("a", "b"))
    with pytest.raises(ReleaseError, match="public/SHA256SUMS is not signed by the key of this installation"):
        signature.verify(tree)
    (tree / name).unlink()
    with pytest.raises(ReleaseError, match="is not signed"):
        signature.verify(tree)


def test_another_key_is_another_signature_and_the_one_before_is_kept_by_its_number(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key(monkeypatch, b"1")
    with pytest.raises(ReleaseError, match="not signed by the key of this installation"):
        signature.verify(tree)
    signature.sign(tree, EDITION)
    assert "throw-away" not in (tree / "SHA256SUMS.minisig").read_text()
    signature.write_public_key(tree.parent)
    key(monkeypatch, b"2")
    signature.write_public_key(tree.parent)
    signature.write_public_key(tree.parent)

    [kept] = tree.parent.glob("gi-monitor-*.pub")
    minisign.PublicKey.from_file(kept).verify_file(tree / "SHA256SUMS")
    with pytest.raises(minisign.VerifyError):
        minisign.PublicKey.from_file(tree.parent / "gi-monitor.pub").verify_file(tree / "SHA256SUMS")
    assert kept.stem.removeprefix("gi-monitor-") in kept.read_text()


def test_the_content_hash_is_that_of_whoever_has_no_key(tree: Path) -> None:
    for other in ("restricted", "review"):
        (tree.parent / other).mkdir()
        (tree.parent / other / "b.txt").write_text("b")
        files.write_sums(tree.parent / other)
    before = files.content_hash(tree.parent)
    (tree / "SHA256SUMS.minisig").unlink()
    assert files.content_hash(tree.parent) == before
    (tree / "SHA256SUMS").write_text("")
    assert files.content_hash(tree.parent) != before


def test_production_mode_signs_with_no_throw_away_key(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_MODE", "production")
    with pytest.raises(SecretError, match="GI_MONITOR_SECRET_SIGNING"):
        signature.sign(tree, EDITION)


def test_production_mode_begins_nothing_without_a_key(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect("gi_intake") as connection:
        connection.execute("update ledger.institution set synthetic = false")
    monkeypatch.setenv("GI_MONITOR_MODE", "production")
    monkeypatch.delenv("GI_MONITOR_NOW")  # The day of the test run, long after 2024-T3.
    monkeypatch.setattr(catalogue, "_MADE_UP", "another.example")

    with pytest.raises(SecretError, match="GI_MONITOR_SECRET_SIGNING"):
        candidate.prepare("2024-T3", made_by="airflow", judge=gate)
    assert (world.query("select state from release.candidate"), gate.asked) == ([], 0)

    key(monkeypatch, b"1")
    assert candidate.prepare("2024-T3", made_by="airflow", judge=gate).state == "candidate"
    frozen = world.data / "candidates" / "2024-T3-1.0.0-1" / "public"
    signature.verify(frozen)
    assert "throw-away" not in (frozen / "SHA256SUMS.minisig").read_text()


def test_production_mode_publishes_under_no_made_up_name(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect("gi_intake") as connection:
        connection.execute("update ledger.institution set synthetic = false")
    monkeypatch.setenv("GI_MONITOR_MODE", "production")
    monkeypatch.delenv("GI_MONITOR_NOW")
    key(monkeypatch, b"1")

    with pytest.raises(ReleaseError, match=r"_catalogue\.yml names a made-up publisher"):
        candidate.prepare("2024-T3", made_by="airflow", judge=gate)


def test_a_release_signed_by_another_key_is_not_published(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = candidate.prepare(made_by="airflow", judge=gate)
    assert prepared.candidate is not None and prepared.candidate.content_hash is not None
    made = prepared.candidate
    signoff.decide(made.candidate_id, prepared.candidate.content_hash, approve=True, who="robin", reason="nagekeken")
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    key(monkeypatch, b"1")

    with pytest.raises(ReleaseError, match="is not signed by the key of this installation"):
        publish.publish_due()
    assert world.query("select state from release.candidate") == [("approved",)]
    assert not (world.data / "releases" / EDITION).exists()
