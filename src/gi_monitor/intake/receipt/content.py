"""What is on a receipt, whatever its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gi_monitor import documents
from gi_monitor.contracts import Severity
from gi_monitor.intake.findings import Finding, Outcome
from gi_monitor.intake.mirror import MirrorFigure
from gi_monitor.intake.receipt.wording import NEXT_STEPS, NEXT_STEPS_OF_A_TRIAL
from gi_monitor.intake.singling_out import SinglingOut
from gi_monitor.intake.states import LABELS
from gi_monitor.month import Month

_ALLOWED = ", toegestaan "


@dataclass(frozen=True)
class ControlTotal:
    """A control total by its name in levering.json: as delivered, and as counted, with what is allowed, in words.

    None where the manifest, or the rows that it is counted in, could not be read.
    """

    name: str
    delivered: Decimal | None
    counted: str | None

    @property
    def exact(self) -> Decimal | None:
        """The number that was counted."""
        return Decimal(self.counted.partition(_ALLOWED)[0]) if self.counted else None

    @property
    def allowed(self) -> str:
        """What else may stand in levering.json, as Dutch numbers; empty when the number must be exact."""
        return (self.counted or "").partition(_ALLOWED)[2].replace(".", ",")


@dataclass(frozen=True)
class DatasetRows:
    """How many rows of a dataset, by its delivered name, came and were set aside for a finding of their own."""

    dataset: str
    delivered: int
    set_aside: int


@dataclass(frozen=True)
class RuleAnswer:
    """What a rule answered; ``severity`` is the gravest that was found, ``sentence`` names fault and remedy."""

    rule: str
    outcome: Outcome
    failures: int
    reason: str | None
    severity: Severity
    sentence: str


@dataclass(frozen=True)
class Use:
    """A release that rests on the delivery; ``state`` is published or withdrawn."""

    release_id: str
    version: str
    state: str


@dataclass(frozen=True)
class Receipt:
    """Everything on a receipt. ``trial``: checked on the institution's own machine, not delivered.

    ``content_sha256`` is None when nothing of the delivery was read, ``specification`` (the version that it was read
    by) when its manifest was not.
    """

    gi_code: str
    institution: str
    synthetic: bool
    trial: bool
    month: Month
    sequence_number: int
    received_at: datetime
    content_sha256: str | None
    specification: str | None
    state: str
    totals: tuple[ControlTotal, ...]
    rows: tuple[DatasetRows, ...]
    rules: tuple[RuleAnswer, ...]
    findings: tuple[Finding, ...]
    mirror: tuple[MirrorFigure, ...]
    singling_out: SinglingOut | None
    used_in: tuple[Use, ...]

    @property
    def title(self) -> str:
        """What kind of paper it is, and of which delivery."""
        kind = "Proefcontrole" if self.trial else "Ontvangstbewijs"
        return f"{kind}: {self.institution}, {documents.month(self.month.start)}"

    @property
    def state_label(self) -> str:
        """The state in the words of an institution."""
        return LABELS[self.state]

    @property
    def next_step(self) -> str:
        """What the institution does now."""
        return (NEXT_STEPS_OF_A_TRIAL if self.trial else NEXT_STEPS)[self.state]
