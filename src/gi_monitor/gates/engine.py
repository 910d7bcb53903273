"""Great Expectations through plain functions; imported only when a gate runs, for the import takes seconds.

From SQL it returns capped samples of rows, so it is asked for answers and counts alone (spec 3.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import great_expectations as gx
import pandas as pd
import sqlalchemy as sa
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.datasource.fluent.postgres_datasource import PostgresDatasource
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import Expectation as GxExpectation
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.expectations.row_conditions import Column

from gi_monitor.gates.suites import Expectation
from gi_monitor.gates.verdicts import Verdict
from gi_monitor.warehouse import connection

_COUNTS_ALONE = {"result_format": "BASIC", "exclude_unexpected_values": True, "partial_unexpected_count": 0}
_KINDS = (re.compile(r"psycopg\.errors\.(\w+)"), re.compile(r"(\w+(?:Error|Exception))\b"))


class BrokenPromises(UnexpectedRowsExpectation):
    """Kept when the query returns no rows.

    It only counts them; the original also fetches some of them, and so runs the query twice.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: dict[str, Any], *_: object, **__: object) -> dict[str, Any]:
        number = metrics["unexpected_rows_query.row_count"]
        return {"success": number == 0, "result": {"observed_value": number}}


class Engine:
    """One ephemeral context: the warehouse as ``gi_quality`` sees it, and the data frames of one run."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], session: Mapping[str, str]) -> None:
        """``session``: Postgres settings that the SQL of a suite may read with ``current_setting``."""
        stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        self._context = gx.get_context(DataContextConfig(store_backend_defaults=stores), mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._frames = frames
        self._session = session
        self._schemas: dict[str, PostgresDatasource] = {}
        self._batches: dict[str, Batch] = {}

    def judge(self, expectation: Expectation) -> Verdict:
        """The verdict on one expectation; whatever goes wrong makes it NOT_RUN."""
        try:
            result = self._batch(expectation.table).validate(_build(expectation), result_format=_COUNTS_ALONE)
        except Exception as error:
            return Verdict(expectation, "NOT_RUN", kind_of(error))
        if _raised(result.exception_info) or not isinstance(result.success, bool):
            return Verdict(expectation, "NOT_RUN", _kind(str(result.exception_info)))
        return Verdict(expectation, "PASS" if result.success else "FAIL", _number(result.result))

    def _batch(self, table: str) -> Batch:
        if table not in self._batches:
            self._batches[table] = self._table(table) if "." in table else self._frame(table)
        return self._batches[table]

    def _table(self, name: str) -> Batch:
        schema, table = name.split(".")
        if schema not in self._schemas:
            self._schemas[schema] = self._connect(schema)
        asset = self._schemas[schema].add_table_asset(name, table_name=table)
        return asset.add_batch_definition_whole_table("all").get_batch()

    def _connect(self, schema: str) -> PostgresDatasource:
        """A source per schema, for Great Expectations has tables of a source named without their schema."""
        settings = {"search_path": schema, **self._session}
        role = connection.parameters("gi_quality")["options"]
        options = " ".join([role, *(f"-c {name}={value}" for name, value in settings.items())])
        url = sa.make_url(connection.url()).set(drivername="postgresql+psycopg").update_query_dict({"options": options})
        text = url.render_as_string(hide_password=False)
        return self._context.data_sources.add_postgres(schema, connection_string=text, create_temp_table=False)

    def _frame(self, name: str) -> Batch:
        asset = self._context.data_sources.add_pandas(name).add_dataframe_asset(name)
        return asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": self._frames[name]})


def kind_of(error: Exception) -> str:
    """The kind of an error alone: messages of a database may show values of rows."""
    return _kind(f"{type(error).__name__}: {error}")


def _kind(text: str) -> str:
    found = (pattern.search(text) for pattern in _KINDS)
    return next((match[1] for match in found if match), "unknown error")


def _build(expectation: Expectation) -> GxExpectation:
    if expectation.rows is not None:
        return BrokenPromises(unexpected_rows_query=expectation.rows)
    assert expectation.type is not None
    arguments: dict[str, Any] = dict(expectation.kwargs)
    if expectation.where:
        conditions = (Column(column).is_in(values) for column, values in expectation.where.items())
        arguments["row_condition"] = reduce(and_, conditions)
    return get_expectation_impl(expectation.type)(**arguments)


def _raised(exceptions: Mapping[str, Any]) -> bool:
    """Great Expectations keeps either one exception, or one per metric under the metric's name."""
    return bool(exceptions.get("raised_exception", exceptions))


def _number(result: Mapping[str, Any]) -> str | None:
    observed = result.get("unexpected_count", result.get("observed_value"))
    return str(observed) if isinstance(observed, int | float) else None
