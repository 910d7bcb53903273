"""What was found in a delivery, beside its bytes and under its data key: judged again it might be judged otherwise.

Rules change, institution files too, and what was refused for privacy has no bytes left to judge.
"""

from __future__ import annotations

from pathlib import Path

from psycopg import sql

from gi_monitor import contracts
from gi_monitor.intake.archive import files, keys
from gi_monitor.intake.archive.keys import ArchiveError
from gi_monitor.intake.state_changes import Connection
from gi_monitor.warehouse import rows

_ABOUT = "judgement"
_TABLES = {
    "quality.finding": "delivery_id = %(delivery_id)s",
    "quality.rule_outcome": "delivery_id = %(delivery_id)s",
}


def keep(connection: Connection, delivery_id: int) -> None:
    """Keep what was found in a delivery, and what its rows are but for their keys."""
    key = keys.open_key(connection, delivery_id)
    found = rows.written(connection, _TABLES, {"delivery_id": delivery_id})
    content = f"{digest_of_rows(connection, delivery_id)}\n{found}"
    files.write(_path(delivery_id), key.encrypt(content.encode(), _ABOUT))


def keep_missing(connection: Connection, gi_code: str) -> None:
    """Keep what was found in deliveries of an institution that were judged before judgements were kept."""
    judged = connection.execute(
        """
        select judged.delivery_id from ledger.delivery as judged
        inner join ledger.data_key as kept on kept.delivery_id = coalesce(judged.recheck_of, judged.delivery_id)
        where judged.gi_code = %s and judged.state <> 'received' and kept.destroyed_at is null
        """,
        [gi_code],
    )
    for row in judged.fetchall():
        if not _path(row["delivery_id"]).exists():
            keep(connection, row["delivery_id"])


def put_back(connection: Connection, delivery_id: int) -> None:
    """Insert what was found in a delivery; raises ArchiveError when that cannot be had."""
    rows.put_back(connection, _read(connection, delivery_id)[1])


def kept_digest(connection: Connection, delivery_id: int) -> str:
    """What ``digest_of_rows`` was when the delivery was judged; raises ArchiveError when that cannot be had."""
    return _read(connection, delivery_id)[0]


def digest_of_rows(connection: Connection, delivery_id: int) -> str:
    """A name for the rows of a delivery, those set aside too, that is the same whatever secret hashed their keys."""
    found = connection.execute(
        sql.SQL("select md5(string_agg(row, E'\\n' order by part, number)) as digest from ({}) as rows").format(
            sql.SQL(" union all ").join([*map(_without_keys, contracts.DATASETS), _SET_ASIDE])
        ),
        {"delivery_id": delivery_id},
    ).fetchone()
    assert found is not None
    return found["digest"] or "no rows"


_SET_ASIDE = sql.SQL(
    """
    select 'set aside ' || dataset as part, row_number as number, json_build_array(rules, running)::text as row
    from quality.set_aside_row where delivery_id = %(delivery_id)s
    """
)


def _without_keys(dataset: str) -> sql.Composed:
    """Each row as ``to_jsonb`` writes one without its keys, put together here at a quarter of what that takes."""
    columns = ["reporting_month", "row_number"]
    columns += [column.warehouse for column in contracts.load().datasets[dataset].columns if column.type != "key"]
    cells = [
        sql.SQL("{} || to_json({})").format(sql.Literal(f'"{name}": '), sql.Identifier(name))
        for name in sorted(columns, key=lambda name: (len(name), name))
    ]
    # Without what is empty, which concat_ws leaves out: a column that a later specification adds makes no other rows.
    return sql.SQL(
        """
        select {dataset} as part, row_number as number, '{{' || concat_ws(', ', {cells}) || '}}' as row
        from {table} where delivery_id = %(delivery_id)s and reporting_month = (
            select reporting_month from ledger.delivery where delivery_id = %(delivery_id)s
        )
        """
    ).format(dataset=sql.Literal(dataset), cells=sql.SQL(", ").join(cells), table=sql.Identifier("landing", dataset))


def _read(connection: Connection, delivery_id: int) -> tuple[str, str]:
    key = keys.open_key(connection, delivery_id)
    path = _path(delivery_id)
    if not path.exists():
        raise ArchiveError(f"the archive lacks the judgement of delivery {delivery_id}: restore it from the backup")
    digest, found = key.decrypt(path.read_bytes(), _ABOUT).decode().split("\n", 1)
    return digest, found


def _path(delivery_id: int) -> Path:
    return files.folder_of(delivery_id) / "judgement"
