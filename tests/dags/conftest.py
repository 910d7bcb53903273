"""Importing Airflow writes a configuration: here, and not in the home of whoever runs the tests."""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory()
os.environ["AIRFLOW_HOME"] = _HOME.name
