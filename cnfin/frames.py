"""Records as a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from cnfin.document import Document
from cnfin.errors import MissingExtra
from cnfin.records import RecordKind, cell_structs, fact_structs, finding_structs

if TYPE_CHECKING:
    import pandas

What = Literal["ledger", "facts", "findings"]


def frame(documents: Document | Iterable[Document], what: What = "ledger") -> pandas.DataFrame:
    """The ledger, the facts or the findings of one or more documents as a table.

    The columns are the keys of the records that the command of that name prints. Codes are text, years and counts
    ``Int64`` (which knows absent values), values ``float64``: sum ``Decimal`` values of ``document.ledger`` where
    every digit matters.

    Args:
        documents: one tagged document, or several.
        what: which records.

    Raises:
        MissingExtra: pandas is not installed.
        ValueError: ``what`` is none of the three.
    """
    if what not in _TABLES:
        raise ValueError(f"no table {what!r}: choose from {', '.join(_TABLES)}")
    try:
        import pandas
    except ImportError:
        raise MissingExtra("cnfin.frame", "pandas") from None
    from cnfin.batch.flat import columns

    kind, make = _TABLES[what]
    some = (documents,) if isinstance(documents, Document) else documents
    records = list(chain.from_iterable(map(make, some)))
    types = {"whole": "Int64", "exact": "float64", "text": "object", "list": "object"}
    return pandas.DataFrame(
        {
            column.name: pandas.Series(
                [_plain(getattr(record, column.name)) for record in records], dtype=types[column.shape]
            )
            for column in columns(kind)
        }
    )


def _ledger(document: Document) -> Sequence[Struct]:
    from cnfin.identity.places import region_code
    from cnfin.lexicon import default

    return cell_structs(document, document.ledger, region=region_code(document.identity, default()))


def _findings(document: Document) -> Sequence[Struct]:
    from cnfin.audit import audit

    return finding_structs(document, audit(document))


_TABLES: dict[str, tuple[RecordKind, Callable[[Document], Sequence[Struct]]]] = {
    "ledger": ("cell", _ledger),
    "facts": ("fact", fact_structs),
    "findings": ("finding", _findings),
}


def _plain(value: Any) -> Any:
    """A list's entries as mappings."""
    import msgspec

    return msgspec.to_builtins(value, builtin_types=()) if isinstance(value, (list, tuple)) else value
