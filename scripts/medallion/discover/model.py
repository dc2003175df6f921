"""What discovery reads (Profile) and what it proposes (Proposal); both are frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medallion.discover.names import field_of
from medallion.metadata.models import System


@dataclass(frozen=True)
class ClassStats:
    """The values of one column that have one form (see sql.value_class), summed up."""

    count: int
    int_digits: int = 0
    scale: int = 0
    minimum: int | None = None
    maximum: int | None = None
    out_of_bigint: int = 0
    not_double: int = 0
    base64: int = 0
    epochs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnProfile:
    """A column of the source, in the source's own name, with the forms its values take.

    `mode` says how far a text may be read as something else: `untyped` (CSV: anything), `json`
    (numbers are numbers; texts may be dates, times and decimals), `text` (dates and times only).
    `declared` is the type that the source itself names (Parquet, a database, a Debezium schema),
    in the notation of columns.csv; it wins where it is set.
    """

    name: str
    mode: str
    classes: Mapping[str, ClassStats]
    rows: int
    declared: str = ""
    fallback: str = "text"
    placeholders: int = 0
    optional: bool = True

    @property
    def nulls(self) -> int:
        """Rows in which the column is absent, null or a null token."""
        filled = sum(s.count for name, s in self.classes.items() if name != "null")
        return self.rows - filled - self.placeholders


@dataclass(frozen=True)
class FeedProfile:
    """What was seen of a change feed: `operations` counts the op codes as they stand,
    `delete_images` are the columns that are filled in every delete, `ignored` messages that are
    no row events."""

    envelope: str  # debezium | columns
    operation: str  # path of the op code
    operations: Mapping[str, int]
    connector: str = ""
    delete_images: tuple[tuple[str, ...], ...] = ()
    ignored: int = 0


@dataclass(frozen=True)
class Profile:
    """Everything that a proposal is made from; `rows` counts the row images that were read,
    `source` is a table's name as the database writes it."""

    columns: tuple[ColumnProfile, ...]
    rows: int
    place: str
    source: str = ""
    files: tuple[str, ...] = ()
    feed: FeedProfile | None = None
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    paths: frozenset[str] = frozenset()
    sampled: bool = False
    malformed: int = 0
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnProfile | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class ColumnProposal:
    """A line of columns.csv. `why` is shown beside it, not written."""

    column: str
    source_column: str
    type: str
    classification: str = "internal"
    description: str = ""
    why: str = ""

    @property
    def path(self) -> str:
        """The source's name of the column."""
        return field_of(self.source_column or self.column)


@dataclass(frozen=True)
class Request:
    """What the user asked for; None or empty means: propose."""

    system: System
    object: str
    source: str
    load: str = ""
    keys: tuple[str, ...] = ()
    sequence: tuple[str, ...] = ()
    history: str = ""
    description: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """The lines to write for one object, and what to tell about them."""

    system: str
    object: str
    source: str
    load: str
    keys: tuple[str, ...]
    sequence: tuple[str, ...]
    history: str
    description: str
    columns: tuple[ColumnProposal, ...]
    settings: Mapping[str, str]
    key_candidates: tuple[tuple[str, ...], ...]
    watermark_candidates: tuple[str, ...]
    rows: int
    cdc_format: str = ""
    notes: tuple[str, ...] = ()
