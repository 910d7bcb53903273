"""``python -m gi_monitor`` is ``gi-monitor``."""

from gi_monitor.cli import run

run()
