"""Logs: each line says which delivery or release it is about; JSON for machines, plain lines for a person."""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractContextManager

import structlog


def about(**ids: int | str) -> AbstractContextManager[object]:
    """Everything logged inside, by libraries too, has these ids (``delivery_id``, ``candidate_id``, ``release_id``).

    Airflow's logs have them as well: it logs by structlog.
    """
    return structlog.contextvars.bound_contextvars(**ids)


def set_up(*, verbose: bool) -> None:
    """For the command line: warnings, or with ``verbose`` what every step does, on standard error."""
    for_people = sys.stderr.isatty()
    stamp = structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S" if for_people else "iso", utc=not for_people)
    render = structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                stamp,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if for_people else [structlog.processors.format_exc_info]),
                render,
            ],
        )
    )
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
