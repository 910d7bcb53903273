"""The gates G2 and G3: suites of ``expectations/``, judged by Great Expectations, verdicts as rows (spec 3.1)."""
