"""The archive: original bytes, encrypted under one data key per delivery (spec 1.5).

A data key lies in ``ledger.data_key``, wrapped by the master key, which is the secret ``archive``. Bytes without a data
key are of no use to anybody: what is left of a delivery that was not recorded, or one that was purged.
"""

from gi_monitor.intake.archive.files import check_free, fetch, store, write_out
from gi_monitor.intake.archive.keys import ArchiveError, DataKey, PurgedError, open_key, rotate
from gi_monitor.intake.archive.retention import destroy, due, purge, remove_unreadable

__all__ = [
    "ArchiveError",
    "DataKey",
    "PurgedError",
    "check_free",
    "destroy",
    "due",
    "fetch",
    "open_key",
    "purge",
    "remove_unreadable",
    "rotate",
    "store",
    "write_out",
]
