"""All that the database keeps of a document, as it travels from a worker process."""

from __future__ import annotations

import msgspec

from cnfin.cells import LedgerCell
from cnfin.document import Document, Finding
from cnfin.lexicon import Lexicon


class Bundle(msgspec.Struct, frozen=True):
    """A tagged document with its ledger and its findings.

    Attributes:
        document: with spans, facts and roles.
        region: six-digit code of its county, else city, else province.
        cells, findings: of the document.
    """

    document: Document
    region: str | None
    cells: tuple[LedgerCell, ...]
    findings: tuple[Finding, ...]


def bundle(document: Document, findings: tuple[Finding, ...], lexicon: Lexicon) -> Bundle:
    """The bundle of a document whose findings are known."""
    from cnfin.identity.places import region_code
    from cnfin.ledger import ledger

    return Bundle(document, region_code(document.identity, lexicon), ledger(document), findings)


_decoder = msgspec.json.Decoder(Bundle)


def encode(one: Bundle) -> bytes:
    """A line of JSON."""
    return msgspec.json.encode(one) + b"\n"


def decode(lines: bytes) -> list[Bundle]:
    """The bundles of some lines."""
    return _decoder.decode_lines(lines)
