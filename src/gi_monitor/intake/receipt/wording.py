"""The Dutch words of a receipt: what to do, outcomes, the lines of the mirror, delivered text made visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gi_monitor import contracts, documents, indicators
from gi_monitor.intake.findings import Outcome
from gi_monitor.intake.mirror import MirrorFigure
from gi_monitor.intake.singling_out import SMALL_CLASS, SinglingOut

LONGEST_TEXT = 500
"""Longer delivered texts are cut where people read them; the JSON has them whole."""
NO_FIGURE = "n.v.t."
OUTCOMES: Mapping[Outcome, str] = {
    "PASS": "in orde",
    "FAIL": "gevonden",
    "NOT_APPLICABLE": "niet van toepassing",
    "NOT_RUN": "niet uitgevoerd",
}


NEXT_STEPS: Mapping[str, str] = {
    "rejected": "De levering telt niet mee. "
    "Herstel wat hieronder staat en lever de maand opnieuw aan met een hoger volgnummer.",
    "rejected_privacy": "In de levering staan gegevens die de monitor niet mag ontvangen. "
    "Daarom telt zij niet mee en is zij niet bewaard. "
    "Haal de gegevens uit de export en lever de maand opnieuw aan met een hoger volgnummer. "
    "Waar ze staan leest u hieronder; de gegevens zelf worden niet herhaald.",
    "on_hold": "De databeheerder van de monitor bekijkt de levering; tot dan telt zij niet mee. "
    "U hoeft nu niets te doen, maar een toelichting van u helpt.",
    "accepted": "Er is niets gevonden. U hoeft niets te doen.",
    "accepted_with_findings": "Rijen die terzijde zijn gelegd tellen niet mee: "
    "herstel ze en lever de maand bij voorkeur opnieuw aan met een hoger volgnummer. "
    "Bij een aandachtspunt kijkt u alleen of het klopt.",
    "superseded": "U hoeft niets te doen.",
    "withdrawn": "De levering telt niet mee. Lever de maand zo nodig opnieuw aan met een hoger volgnummer.",
}
"""What an institution does after a delivery."""
NEXT_STEPS_OF_A_TRIAL: Mapping[str, str] = {
    "rejected": "Lever nog niet aan. Herstel wat hieronder staat en controleer de levering opnieuw.",
    "rejected_privacy": "Lever niet aan. "
    "Haal de gegevens die hieronder worden aangewezen uit de export en controleer de levering opnieuw.",
    "on_hold": "Kijk of het klopt wat hieronder staat. "
    "Klopt het, lever dan aan en licht het toe aan de databeheerder van de monitor.",
    "accepted": "Er is niets gevonden. U kunt de levering aanleveren.",
    "accepted_with_findings": "U kunt de levering aanleveren. "
    "Rijen die terzijde worden gelegd tellen niet mee: herstel ze liever eerst. "
    "Bij een aandachtspunt kijkt u alleen of het klopt.",
}
"""What an institution does after a check on its own machine."""


def visible(text: str) -> str:
    """Delivered text for people: signs that do not show, or that turn a line around, are named; long text is cut."""
    shown = "".join(sign if sign.isprintable() else f"‹U+{ord(sign):04X}›" for sign in text[:LONGEST_TEXT])
    return f"{shown}… (ingekort)" if len(text) > LONGEST_TEXT else shown


def rarity(found: SinglingOut) -> str:
    """How rare the rows are and what that means."""
    share = documents.number(found.small_share * 100)
    return (
        "Rijen met dezelfde leeftijdsgroep, provincie, soort maatregel en beginmaand vormen een groep. "
        f"De kleinste groep telt {documents.number(found.k)} {'rij' if found.k == 1 else 'rijen'}; "
        f"{share}% van de rijen zit in een groep van minder dan {SMALL_CLASS}. "
        "Hoe kleiner de groep, hoe eerder iemand die al iets weet een kind erin herkent. "
        "Dit is geen bevinding: u hoeft niets te doen."
    )


@dataclass(frozen=True)
class MirrorLine:
    """A figure of the mirror with its Dutch names, in the unit in which people read it."""

    indicator: str
    name: str
    category: str
    value: Decimal | None
    unit: str


def line(figure: MirrorFigure) -> MirrorLine:
    """A figure in words; a share becomes a percentage."""
    known = indicators.load()
    component = known.component(figure.indicator, figure.component)
    labels = {code: of_list.label_nl for code, of_list in contracts.load().codes["lijst"].items()} | {"total": "totaal"}
    percentage = component.unit == "share"
    return MirrorLine(
        indicator=figure.indicator,
        name=component.label_nl,
        category=labels.get(figure.category, figure.category),
        value=figure.value * 100 if percentage and figure.value is not None else figure.value,
        unit="%" if percentage else known.units[component.unit].label_nl,
    )
