"""What a dialect is made of (spec 1.2): one model per format, and axes that go with every format.

Each field is explained for who writes an institution file in ``institutions/_template.yml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt

DELIVERED = ("caseload", "wachtlijst", "formatie")
"""The datasets by the name under which they are delivered."""

DateForm = Literal["jjjj-mm-dd", "dd-mm-jjjj", "jjjjmmdd", "d mmm jjjj"]
Encoding = Literal["utf-8", "utf-8-sig", "cp1252", "utf-16", "ascii"]
Of = TypeVar("Of")


class StrictModel(BaseModel):
    """A part of an institution file: no field that it does not know, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _each_dataset(places: Mapping[str, Of]) -> Mapping[str, Of]:
    if set(places) != set(DELIVERED):
        raise ValueError(f"name {', '.join(DELIVERED)}: these three and no other")
    return places


PerDataset = Annotated[Mapping[str, str], AfterValidator(_each_dataset)]
Layouts = Annotated[Mapping[str, Mapping[str, PositiveInt]], AfterValidator(_each_dataset)]


class RecordType(StrictModel):
    """All datasets in one table: ``column`` says of each row which dataset it belongs to."""

    column: str
    values: PerDataset


class NoPackaging(StrictModel):
    """The files are delivered as they are."""

    type: Literal["none"] = "none"


class GzipPackaging(StrictModel):
    """Each file is compressed by itself."""

    type: Literal["gzip"]


class ZipPackaging(StrictModel):
    """One archive; ``members`` names the file in it that holds a dataset (the same one when it holds all three)."""

    type: Literal["zip"]
    members: PerDataset


Packaging = Annotated[NoPackaging | GzipPackaging | ZipPackaging, Field(discriminator="type")]


def _canonical_flags() -> dict[str, Literal["J", "N"]]:
    return {"J": "J", "N": "N"}


class _Dialect(StrictModel):
    """What goes with every format: the words and forms of the cells, how datasets are told apart, the packaging.

    ``columns`` maps a canonical column name to the institution's own; ``codes`` maps, per code list, the institution's
    own label to the code. What is not named is written as the specification has it.
    """

    names_in_rows: ClassVar[bool] = False
    """Whether each row names its own columns, so that a file without rows names none."""

    extension: str
    packaging: Packaging = NoPackaging()
    record_type: RecordType | None = None
    date: DateForm = "jjjj-mm-dd"
    empty_date: str = ""
    decimal: Literal[".", ","] = "."
    columns: Mapping[str, str] = Field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    flags: Mapping[str, Literal["J", "N"]] = Field(default_factory=_canonical_flags)

    @property
    def one_holds_all(self) -> bool:
        """Whether one file (in a zip: one member) holds all datasets."""
        return self.record_type is not None


class DelimitedDialect(_Dialect):
    """Text, one row per line, cells between delimiters."""

    format: Literal["delimited"] = "delimited"
    extension: str = "csv"
    encoding: Encoding = "utf-8"
    delimiter: Literal[",", ";", "|", "\t"] = ","
    title_rows: int = Field(default=0, ge=0)


class FixedWidthDialect(_Dialect):
    """Text, one row per line, cells at fixed places; ``layout`` has per dataset the widths in characters, in order."""

    format: Literal["fixed_width"]
    extension: str = "txt"
    encoding: Encoding = "utf-8"
    layout: Layouts


class JsonLinesDialect(_Dialect):
    """Text, one JSON object per line."""

    names_in_rows = True

    format: Literal["json_lines"]
    extension: str = "jsonl"
    encoding: Encoding = "utf-8"


class JsonPagesDialect(_Dialect):
    """The pages of a JSON API, one after the other; ``rows`` is the key under which each page has its rows."""

    names_in_rows = True

    format: Literal["json_pages"]
    extension: str = "json"
    encoding: Encoding = "utf-8"
    rows: str


class XmlDialect(_Dialect):
    """XML: an element ``root``, in it one element ``row`` per row, in that one element per column."""

    names_in_rows = True

    format: Literal["xml"]
    extension: str = "xml"
    encoding: Encoding = "utf-8"
    root: str
    row: str


class ParquetDialect(_Dialect):
    """Parquet with typed columns."""

    format: Literal["parquet"]
    extension: str = "parquet"


class WorkbookDialect(_Dialect):
    """A workbook, with ``title_rows`` rows above each header; with ``sheets``, one that holds all datasets."""

    format: Literal["xlsx", "ods"]
    sheets: PerDataset | None = None
    title_rows: int = Field(default=0, ge=0)

    @property
    def one_holds_all(self) -> bool:
        """Whether one workbook holds all datasets."""
        return self.sheets is not None or super().one_holds_all


class XlsxDialect(WorkbookDialect):
    """A workbook of Excel."""

    format: Literal["xlsx"]
    extension: str = "xlsx"


class OdsDialect(WorkbookDialect):
    """A workbook of LibreOffice: OpenDocument."""

    format: Literal["ods"]
    extension: str = "ods"


TextDialect = DelimitedDialect | FixedWidthDialect | JsonLinesDialect | JsonPagesDialect | XmlDialect
Dialect = Annotated[TextDialect | ParquetDialect | XlsxDialect | OdsDialect, Field(discriminator="format")]
