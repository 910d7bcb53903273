"""The archive: original bytes, encrypted under one data key per delivery (spec 1.5).

A data key lies in ``ledger.data_key``, wrapped by the master key, which is the secret ``archive``. Bytes without a data
key are of no use to anybody: what is left of a delivery that was not recorded, or one that was purged. Beside the bytes
lies what was found in them (``judgements``) and what only the database knows (``journal``), so that with its secrets
the archive alone is enough to make the database again.
"""

from gi_monitor.intake.archive.files import check_free, fetch, store, write_out
from gi_monitor.intake.archive.journal import changing, changing_releases, is_of_another_database, renew, take_up
from gi_monitor.intake.archive.judgements import digest_of_rows, keep, keep_missing, kept_digest, put_back
from gi_monitor.intake.archive.keys import ArchiveError, DataKey, PurgedError, open_key, rotate
from gi_monitor.intake.archive.retention import arriving, destroy, due, purge, remove_unreadable

__all__ = [
    "ArchiveError",
    "DataKey",
    "PurgedError",
    "arriving",
    "changing",
    "changing_releases",
    "check_free",
    "destroy",
    "digest_of_rows",
    "due",
    "fetch",
    "is_of_another_database",
    "keep",
    "keep_missing",
    "kept_digest",
    "open_key",
    "purge",
    "put_back",
    "remove_unreadable",
    "renew",
    "rotate",
    "store",
    "take_up",
    "write_out",
]
