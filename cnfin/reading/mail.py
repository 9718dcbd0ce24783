"""Pages saved as one file (MHTML) and mails (.eml): the page, or the text, inside."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from msgspec.structs import replace

from cnfin.document import Source
from cnfin.reading.file import File
from cnfin.reading.formats import parse

_MOST_PARTS = 5000


def read_mail(file: File) -> Source:
    """Read the page of a web archive, or the text of a mail.

    Raises:
        ReadError: there is neither, or as the readers of web pages and plain text.
    """
    # The modern policy parses header fields with more care than a hostile one lets it end in time.
    message = cast(EmailMessage, message_from_bytes(file.data, policy=policy.compat32))
    best: tuple[int, bytes, str | None, str] | None = None
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            raise file.error("limit", f"has more than {_MOST_PARTS} parts")
        form = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}.get(part.get_content_type())
        data = part.get_payload(decode=True) if form else None
        if not isinstance(data, bytes) or part.get_filename():
            continue
        # Of several pages the largest is the one that was saved: the others are its frames.
        size = len(data) if form == "html" else 0
        if best is None or size > best[0]:
            best = (size, data, part.get_content_charset(), form or "text")
    if best is None:
        raise file.error("format", "is a mail or a web archive without a text")
    _, data, charset, form = best
    how = replace(file.how, encoding=file.how.encoding or _known(charset))
    return cast(Source, parse(replace(file, data=data, form=form, how=how)))


def _known(charset: str | None) -> str | None:
    """An encoding that can be named, in its widest form."""
    if charset and charset.lower() in ("gb2312", "gbk", "gb18030", "x-gbk"):
        return "gb18030"
    return charset if charset and charset.lower() in ("utf-8", "utf8", "utf-16", "big5") else None
