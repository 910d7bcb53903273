"""Who carries the measures: how many, who comes and goes, and what takes their time."""

from __future__ import annotations

from gi_monitor.release.pages.blocks import Section
from gi_monitor.release.pages.exhibits import Exhibits


def sections(exhibits: Exhibits) -> list[Section]:
    """What the page shows."""
    return [
        exhibits.over_time(
            "workers",
            ["S1.persons_skj", "S1.fte_skj", "S2.fte"],
            ["S1.persons_skj", "S1.persons_skj_growth_4m", "S1.persons_skj_growth_baseline", "S1.fte_skj", "S2.fte"],
        ),
        exhibits.over_time(
            "in_and_out",
            ["S4.persons_in", "S4.persons_out"],
            ["S4.persons_in", "S4.persons_out", "S4.persons_net", "S4.fte_in", "S4.fte_out", "S4.fte_net"],
            zero=True,
        ),
        exhibits.over_time(
            "side_entrants",
            ["S6.starts", "S6.in_training"],
            ["S6.starts", "S6.share_of_starts", "S6.in_training"],
            zero=True,
        ),
        exhibits.over_time("retained", ["S6.retained_182", "S6.retained_365", "S6.retained_730"], zero=True),
        exhibits.over_time("absence", ["S9.value"], zero=True),
        exhibits.over_time("external", ["S7.value", "S8.value"], zero=True),
        exhibits.over_time("turnover", ["S5.value"], zero=True),
        exhibits.by_category("roles", "S3.persons/role", exhibits.telling.indicators.categories("role")),
        exhibits.by_category("role_fte", "S3.fte/role", exhibits.telling.indicators.categories("role"), charted=False),
    ]
