"""Zip packages: the containers of Word, Excel and OpenDocument files, opened with care."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING

from cnfin.reading.file import File
from cnfin.reading.limits import MIB
from cnfin.reading.sniff import zip_entries

if TYPE_CHECKING:
    from lxml import etree


def open_zip(file: File) -> zipfile.ZipFile:
    """Open a zip archive.

    Raises:
        ReadError: kind ``format`` where it is damaged, ``limit`` where it is larger inside than
            the limits allow, by its own account.
    """
    data, limits = file.data, file.limits
    count = zip_entries(data)  # by its own account, before a directory of millions is read
    if count > limits.members:
        raise file.error("limit", f"holds {count} files, more than the limit of {limits.members}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise file.error("format", f"is a damaged zip archive: {error}") from None
    members = archive.infolist()
    if len(members) > limits.members:
        raise file.error("limit", f"holds {len(members)} files, more than the limit of {limits.members}")
    expanded = sum(member.file_size for member in members)
    if expanded > limits.expanded_bytes or (expanded > 16 * MIB and expanded > limits.ratio * len(data)):
        raise file.error("limit", f"unpacks to {expanded} bytes, more than the limits allow")
    return archive


def read_member(file: File, archive: zipfile.ZipFile, member: str | zipfile.ZipInfo) -> bytes:
    """Unpack one member, never more of it than the limits allow whatever it claims to be.

    Raises:
        ReadError: kind ``format``, ``encrypted`` or ``limit``.
    """
    limits, path = file.limits, member if isinstance(member, str) else member.filename
    try:
        with archive.open(member) as stream:
            data = stream.read(limits.expanded_bytes + 1)
    except KeyError:
        raise file.error("format", f"is damaged: {path} is missing") from None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        raise file.error("format", f"is damaged: {path}: {error}") from None
    except NotImplementedError as error:
        raise file.error("format", f"is packed in a way that is not read: {path}: {error}") from None
    except RuntimeError:  # which zipfile raises for a password
        raise file.error("encrypted", "is encrypted; save it without a password") from None
    if len(data) > limits.expanded_bytes:
        raise file.error("limit", f"unpacks to more than the limit of {limits.expanded_bytes} bytes")
    return data


def parse_xml(file: File, data: bytes) -> etree._Element:
    """Parse XML that came from outside: no document type, no entities, no network.

    libxml2 itself refuses nesting deeper than 256 and text nodes over 10 MB.

    Raises:
        ReadError: kind ``format``, or ``extra`` where lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError:
        raise file.needs("this format") from None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise file.error("format", f"is damaged: {' '.join(str(error).split())}") from None
    if root.getroottree().docinfo.doctype:
        raise file.error("format", "declares a document type, which files of this format never do")
    return root
