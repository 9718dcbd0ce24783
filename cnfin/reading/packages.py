"""Zip packages: the containers of Word, Excel and OpenDocument files, opened with care."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from cnfin.errors import ReadError
from cnfin.reading.limits import MIB, Limits

if TYPE_CHECKING:
    from lxml import etree


def require(name: str, kind: str) -> ReadError:
    """The error for a format whose library is not installed."""
    return ReadError(name, "extra", f"reading {kind} needs the extra docs: pip install 'cnfin[docs]'")


def open_zip(name: str, data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open a zip archive.

    Raises:
        ReadError: kind ``format`` where it is damaged, ``limit`` where it is larger inside than
            the limits allow, by its own account.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise ReadError(name, "format", f"is a damaged zip archive: {error}") from None
    members = archive.infolist()
    if len(members) > limits.members:
        raise ReadError(name, "limit", f"holds {len(members)} files, more than the limit of {limits.members}")
    expanded = sum(member.file_size for member in members)
    if expanded > limits.expanded_bytes or (expanded > 16 * MIB and expanded > limits.ratio * len(data)):
        raise ReadError(name, "limit", f"unpacks to {expanded} bytes, more than the limits allow")
    return archive


def read_member(name: str, archive: zipfile.ZipFile, member: str, limits: Limits) -> bytes:
    """Unpack one member, never more of it than the limits allow whatever it claims to be.

    Raises:
        ReadError: kind ``format``, ``encrypted`` or ``limit``.
    """
    try:
        with archive.open(member) as file:
            data = file.read(limits.expanded_bytes + 1)
    except KeyError:
        raise ReadError(name, "format", f"is damaged: {member} is missing") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise ReadError(name, "format", f"is damaged: {member}: {error}") from None
    except RuntimeError:  # which zipfile raises for a password, and NotImplementedError is one too
        raise ReadError(name, "encrypted", "is encrypted; save it without a password") from None
    if len(data) > limits.expanded_bytes:
        raise ReadError(name, "limit", f"unpacks to more than the limit of {limits.expanded_bytes} bytes")
    return data


def parse_xml(name: str, data: bytes) -> etree._Element:
    """Parse XML that came from outside: no document type, no entities, no network.

    libxml2 itself refuses nesting deeper than 256 and text nodes over 10 MB.

    Raises:
        ReadError: kind ``format``, or ``extra`` where lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError:
        raise require(name, "this format") from None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(name, "format", f"is damaged: {' '.join(str(error).split())}") from None
    if root.getroottree().docinfo.doctype:
        raise ReadError(name, "format", "declares a document type, which files of this format never do")
    return root
