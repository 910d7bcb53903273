"""The gates G2 and G3: suites of ``expectations/``, judged by Great Expectations, verdicts as rows (spec 3.1)."""


class GateError(RuntimeError):
    """A gate stopped what is behind it; the message says what that is, and where the verdicts are."""
