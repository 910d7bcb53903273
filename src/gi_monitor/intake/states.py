"""The states of a delivery, in the words of an institution (spec 1.4)."""

LABELS = {
    "expected": "verwacht",
    "late": "te laat",
    "not_expected": "niet verwacht: telt nergens mee",
    "received": "ontvangen, nog niet beoordeeld",
    "rejected": "afgekeurd",
    "rejected_privacy": "geweigerd om privacy",
    "on_hold": "wacht op een beslissing",
    "accepted": "telt mee",
    "accepted_with_findings": "telt mee, met bevindingen",
    "superseded": "vervangen door een latere levering",
    "withdrawn": "ingetrokken",
}
