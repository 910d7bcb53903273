"""The receipt an institution gets back for every delivery (spec 1.4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gi_monitor import contracts, settings
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection

NEXT_STEP = {
    "rejected": "De levering telt niet mee. Herstel wat hieronder staat en lever opnieuw aan met een hoger volgnummer.",
    "on_hold": "De levering wacht op een beslissing van de databeheerder van de monitor; u hoeft nu niets te doen.",
    "accepted": "De levering telt mee. Er is niets gevonden.",
    "accepted_with_findings": "De levering telt mee. Rijen met ernst 'row' zijn terzijde gelegd: herstel ze en lever "
    "de maand bij voorkeur opnieuw aan met een hoger volgnummer.",
    "superseded": "Een latere levering van deze maand telt mee in plaats van deze.",
    "withdrawn": "De levering is ingetrokken en telt niet mee.",
}


def write(connection: Connection, delivery: Delivery) -> Path:
    """Write ``ontvangstbewijs.json`` in the institution's outbox; writing it again replaces it whole."""
    path = settings.load().outbox / delivery.place.path / "ontvangstbewijs.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(_content(connection, delivery), ensure_ascii=False, indent=1), encoding="utf-8")
    draft.rename(path)
    return path


def _content(connection: Connection, delivery: Delivery) -> dict[str, Any]:
    about = connection.execute(
        """
        select d.received_at, d.content_sha256, d.control_totals, d.counted_totals, i.synthetic
        from ledger.delivery as d join ledger.institution as i using (gi_code) where delivery_id = %s
        """,
        [delivery.delivery_id],
    ).fetchone()
    assert about is not None
    return {
        **({"let_op": "verzonnen gegevens / synthetic data"} if about["synthetic"] else {}),
        "gi": delivery.gi_code,
        "verslagmaand": str(delivery.month),
        "volgnummer": delivery.sequence_number,
        "ontvangen_op": about["received_at"].isoformat(),
        "sha256": about["content_sha256"],
        "status": delivery.state,
        "wat_nu": NEXT_STEP[delivery.state],
        "controletotalen": {"aangeleverd": about["control_totals"], "geteld": about["counted_totals"]},
        "regels": _rules(connection, delivery),
        "bevindingen": _findings(connection, delivery),
    }


def _rules(connection: Connection, delivery: Delivery) -> list[dict[str, Any]]:
    rows = connection.execute(
        "select rule, outcome, failures, reason from quality.rule_outcome where delivery_id = %s",
        [delivery.delivery_id],
    )
    order = {rule: position for position, rule in enumerate(contracts.load().rules)}
    return [
        {"regel": row["rule"], "uitkomst": row["outcome"], "aantal": row["failures"], "reden": row["reason"]}
        for row in sorted(rows, key=lambda row: order[row["rule"]])
    ]


def _findings(connection: Connection, delivery: Delivery) -> list[dict[str, Any]]:
    rows = connection.execute(
        """
        select rule as regel, severity as ernst, dataset, row_number as rij, column_name as kolom, value as waarde,
            message as melding
        from quality.finding where delivery_id = %s
        order by array_position(array['reject', 'hold', 'row', 'warn'], severity), dataset, rule, row_number
        """,
        [delivery.delivery_id],
    )
    return [dict(row) for row in rows]
