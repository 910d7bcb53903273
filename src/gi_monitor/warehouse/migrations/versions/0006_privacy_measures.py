"""How rare the rows of a delivery are; and a trail of restored and destroyed bytes that nobody rewrites."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the SQL file beside this one; by the driver's own cursor, which leaves percent signs alone."""
    op.get_bind().connection.cursor().execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
