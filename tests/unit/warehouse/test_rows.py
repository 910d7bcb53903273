"""Rows of any type come back from their text, also where the table has got columns since."""

from __future__ import annotations

from pathlib import Path

from gi_monitor.warehouse import rows
from gi_monitor.warehouse.connection import connect_as_owner

_TABLE = """
create table ledger.thing (
    number bigint generated always as identity primary key, parent bigint references ledger.thing, bytes bytea,
    moment timestamptz, share numeric, names text[], said jsonb, text text
);
insert into ledger.thing (parent, bytes, moment, share, names, said, text) values
    (null, '\\x00ff', '2024-05-10T10:00:00.123456+02', 0.12345678901234567890, '{a,"b, c",NULL}',
        '{"n": 1.10, "deep": [null, "é"]}', e'a tab\\t, a line\\n, \\u2028 and \\u0085'),
    (1, null, null, null, '{}', null, '');
"""


def test_all_types_come_back_with_their_numbers_and_younger_columns_keep_their_default(unmigrated: Path) -> None:
    with connect_as_owner() as owner:
        owner.execute("create schema ledger")
        owner.execute(_TABLE.encode())
        # What was changed last lies last: a child comes before its parent.
        owner.execute("update ledger.thing set text = text where number = 1")
        before = owner.execute("select * from ledger.thing order by number").fetchall()
        text = rows.written(owner, {"ledger.thing": "number < %(end)s"}, {"end": 3})
        rows.remove_all(owner, ["ledger.thing"])
        owner.execute("alter table ledger.thing add column since integer default 7")

        rows.put_back(owner, text)
        rows.count_on(owner)

        after = owner.execute("select * from ledger.thing order by number").fetchall()
        assert after == [row | {"since": 7} for row in before] and before[0]["bytes"] == b"\x00\xff"
        [added] = owner.execute("insert into ledger.thing (text) values ('x') returning number").fetchall()
        assert added == {"number": 3}
