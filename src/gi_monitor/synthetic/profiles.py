"""What the thirteen made-up institutions are like: size, list, pressure of work, what they cannot report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """One institution in the simulation.

    ``measures`` is its size (running measures, 2023); ``waiting`` its share of all children who wait, 0 when it
    keeps no list; ``pressure`` its workload relative to the country's; ``contact_pace`` and ``plan_pace`` how long it
    takes over first contacts and plans, 1 being usual; ``unavailable`` what goes into ``niet_beschikbaar`` (spec 1.1).
    Five institutions hold three quarters of the lists and four keep none (spec 2.6); five make the first contact in
    time and one the plan.
    """

    gi_code: str
    measures: int
    waiting: float
    pressure: float
    contact_pace: float
    plan_pace: float
    unavailable: tuple[str, ...]


PROFILES = (
    Profile("eemsland", 1650, 0.075, 1.04, 1.15, 1.05, ("hulp",)),
    Profile("waddenkust", 1150, 0.0, 0.93, 0.5, 1.0, ("hulp",)),
    Profile("ijsselzoom", 1700, 0.0, 0.96, 0.5, 1.1, ("hulp", "wisselingen")),
    Profile("veluwerand", 3050, 0.11, 1.03, 1.0, 1.0, ("hulp",)),
    Profile("middenlinge", 2600, 0.058, 0.98, 0.5, 0.95, ("hulp",)),
    Profile("kennemerduin", 1350, 0.0, 0.95, 0.55, 1.0, ("hulp", "reden_einde")),
    Profile("amstelmeer", 2700, 0.072, 0.97, 0.9, 1.1, ()),
    Profile("haagrijn", 3400, 0.17, 1.05, 1.1, 1.0, ("hulp",)),
    Profile("maasmond", 3300, 0.19, 1.07, 1.25, 1.15, ("hulp",)),
    Profile("dommelpeel", 3450, 0.13, 1.02, 1.05, 1.0, ()),
    Profile("geuldal", 1550, 0.045, 0.99, 0.9, 0.9, ("hulp",)),
    Profile("brugstichting", 5200, 0.15, 0.97, 1.0, 1.0, ("hulp", "wisselingen")),
    Profile("ankerhuis", 1800, 0.0, 0.94, 0.5, 0.6, ("hulp", "wisselingen")),
)
