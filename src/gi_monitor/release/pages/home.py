"""The start page: the three promised figures, workload with waiting list, and one sentence for each other page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gi_monitor.release.pages import workload
from gi_monitor.release.pages.blocks import Link, Section
from gi_monitor.release.pages.exhibits import Exhibits


def sections(exhibits: Exhibits, pages: Mapping[str, Sequence[Section]]) -> list[Section]:
    """What the page shows; ``pages`` are those with figures, each told by its first finding."""
    say, findings = exhibits.say, exhibits.findings
    compared = findings.compared_with()
    happened = [
        Link(f"{say(f'pages.{name}.slug')}.html", say(f"pages.{name}.title"), f"{found[0].title}.")
        for name, found in pages.items()
    ]
    return [
        Section(
            "headlines",
            say("home.headlines"),
            headlines=findings.headlines(),
            notes=[say("home.compared", day=compared)] if compared else [],
        ),
        workload.together(exhibits, "home_together"),
        Section("happened", say("home.happened"), links=happened),
    ]
