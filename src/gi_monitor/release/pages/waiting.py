"""Who waits, how long, and what came of the statutory terms."""

from __future__ import annotations

from gi_monitor.release.pages.blocks import Section, Table
from gi_monitor.release.pages.exhibits import Exhibits

_TERMS = ("W6", "W7", "W8")
_OUTCOMES = ("met", "late", "overdue", "unknown", "share")
_BALANCE = ("begin", "on", "off", "corrections", "end")


def sections(exhibits: Exhibits) -> list[Section]:
    """What the page shows."""
    indicators = exhibits.telling.indicators
    return [
        exhibits.over_time("waiting", ["W1.children"], zero=True),
        exhibits.by_category("lists", "W1.children/list", indicators.categories("list")),
        exhibits.by_category("urgency", "W1.children/urgency", indicators.categories("urgency")),
        exhibits.over_time(
            "so_far",
            ["W4.median", "W4.p90"],
            ["W4.n", "W4.median", "W4.p90", "W4.share_over_5_working_days", "W4.share_over_91_days"],
            zero=True,
        ),
        exhibits.over_time("completed", ["W3.median", "W3.p90"], ["W3.n", "W3.mean", "W3.median", "W3.p90"], zero=True),
        exhibits.over_time(
            "permanent_worker",
            ["W5.share_42", "W5.share_7", "W5.share_91"],
            ["W5.n", "W5.share_7", "W5.share_42", "W5.share_91", "W5.median", "W5.p90"],
            zero=True,
        ),
        _terms(exhibits),
        _list_balance(exhibits),
    ]


def _terms(exhibits: Exhibits) -> Section:
    """The three terms: the share met in time, and what became of all that ended in the period."""
    shares = [f"{term}.share" for term in _TERMS]
    names = [f"{term}.{outcome}" for term in _TERMS for outcome in _OUTCOMES]
    chart = exhibits.line_chart("terms", shares, zero=True)
    tables = [exhibits.table_of_periods("terms", shares), _of_now(exhibits, "term_outcomes", _TERMS, _OUTCOMES)]
    return exhibits.section("terms", exhibits.findings.said("W6.share"), [chart] if chart else [], tables, names)


def _of_now(exhibits: Exhibits, key: str, indicators: tuple[str, ...], components: tuple[str, ...]) -> Table:
    """A row per indicator, a column per component they share, of this release's period."""
    telling, say = exhibits.telling, exhibits.say
    rows = [
        [
            say.of(telling.indicators.indicators[indicator], "name"),
            *(telling.cell(f"{indicator}.{component}") for component in components),
            telling.coverage(telling.figures.row(f"{indicator}.{components[0]}")),
        ]
        for indicator in indicators
    ]
    headings = [say.capital(say.of(telling.component(f"{indicators[0]}.{component}"))) for component in components]
    return Table(say(f"exhibits.{key}.caption"), [say("table.term"), *headings, say("table.institutions")], rows)


def _list_balance(exhibits: Exhibits) -> Section:
    telling, say = exhibits.telling, exhibits.say
    codes = telling.indicators.categories("list")
    names = [f"W2.{component}/list/{code}" for code in codes for component in _BALANCE]
    rows = [
        [
            say.capital(telling.category("list", code)),
            *(telling.cell(f"W2.{component}/list/{code}") for component in _BALANCE),
            telling.coverage(telling.figures.row(f"W2.end/list/{code}")),
        ]
        for code in codes
    ]
    headings = [say.capital(say.of(telling.component(f"W2.{component}"))) for component in _BALANCE]
    table = Table(say("exhibits.list_balance.caption"), [say("table.list"), *headings, say("table.institutions")], rows)
    return exhibits.section("list_balance", say("exhibits.list_balance.title"), [], [table], names)
