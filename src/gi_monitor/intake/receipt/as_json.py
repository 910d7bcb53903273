"""The receipt for machines."""

from __future__ import annotations

import json
from typing import Any

from gi_monitor import documents
from gi_monitor.clock import AMSTERDAM
from gi_monitor.intake.receipt import specification
from gi_monitor.intake.receipt.content import Receipt


def document(receipt: Receipt) -> bytes:
    """UTF-8 JSON under Dutch names."""
    text = json.dumps(_content(receipt), ensure_ascii=False, indent=1, default=_number)
    # A lone surrogate, which UTF-8 cannot write, becomes the escape by which JSON writes it.
    return text.encode("utf-8", "backslashreplace")


def _content(receipt: Receipt) -> dict[str, Any]:
    return {
        **({"let_op": documents.SYNTHETIC} if receipt.synthetic else {}),
        "gi": receipt.gi_code,
        "instelling": receipt.institution,
        "verslagmaand": str(receipt.month),
        "volgnummer": receipt.sequence_number,
        "proef": receipt.trial,
        "ontvangen_op": receipt.received_at.astimezone(AMSTERDAM).isoformat(),
        "sha256": receipt.content_sha256,
        "specificatie": receipt.specification,
        "specificatie_tot_en_met": receipt.specification and specification.last_month(receipt.specification),
        "status": receipt.state,
        "status_in_woorden": receipt.state_label,
        "wat_nu": receipt.next_step,
        "controletotalen": {
            "aangeleverd": {total.name: total.delivered for total in receipt.totals},
            "geteld": {total.name: total.counted for total in receipt.totals},
        },
        "rijen": {rows.dataset: {"aangeleverd": rows.delivered, "terzijde": rows.set_aside} for rows in receipt.rows},
        "regels": [
            {
                "regel": answer.rule,
                "uitkomst": answer.outcome,
                "ernst": answer.severity,
                "aantal": answer.failures,
                "reden": answer.reason,
                "uitleg": answer.sentence,
            }
            for answer in receipt.rules
        ],
        "bevindingen": [
            {
                "regel": found.rule,
                "ernst": found.severity,
                "dataset": found.dataset,
                "rij": found.row,
                "kolom": found.column,
                "waarde": found.value,
                "melding": found.message,
            }
            for found in receipt.findings
        ],
        "spiegel": [
            {
                "indicator": figure.indicator,
                "onderdeel": figure.component,
                "categorie": figure.category,
                "waarde": figure.value,
            }
            for figure in receipt.mirror
        ],
        "herleidbaarheid": receipt.singling_out
        and {
            "kleinste_groep": receipt.singling_out.k,
            "aandeel_kleine_groepen": receipt.singling_out.small_share,
        },
        "gebruikt_in": [
            {"uitgave": use.release_id, "versie": use.version, "status": use.state} for use in receipt.used_in
        ],
    }


def _number(value: Any) -> int | float:
    """A Decimal as the JSON number it is."""
    return int(value) if value == int(value) else float(value)
