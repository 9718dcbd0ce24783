"""Plain text: bytes to characters, nothing else changed.

Which encoding a file is in is decided by what the bytes can be and how much the result looks like
Chinese text. A byte order mark settles it; otherwise valid UTF-8 is UTF-8, and only then come
GB18030 (of which GBK and GB2312 are parts) and UTF-16. Line breaks stay as they are.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.file import File

# UTF-32 before UTF-16: the little-endian mark of the one begins with that of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_NAMES = {
    "utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
}  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_CONTROL_BYTES = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1a\x1b") + b"\x7f"
# What Big5 and Shift-JIS turn into when they are read as GB18030, and disclosures never are full of.
_FOREIGN = re.compile(r"[\u0370-\u04ff\u2500-\u257f\u3040-\u312f\ue000-\uf8ff]")
_WIDE = re.compile(r"[\u0800-\U0010ffff]")
_ONE_SCRIPT = re.compile(r"[\x00-\u00ff]*|[\x00-\u007f\u0370-\u03ff]*|[\x00-\u007f\u0400-\u04ff]*")
_LETTER = re.compile(r"[A-Za-z]")
_SAMPLE = 20_000
_PIECE = 1 << 20


def read_text(file: File) -> Source:
    """Read a plain text file.

    Raises:
        ReadError: see :func:`decode`.
    """
    text, most = decode(file.data, file.how.encoding, name=file.name), file.limits.text_chars
    if len(text) > most:
        raise file.error("limit", f"has {len(text)} characters, more than the limit of {most}")
    return Source(name=file.name, text=text)


def decode(data: bytes, encoding: str | None = None, *, name: str = "-") -> str:
    """The text of ``data``, without its byte order mark.

    Args:
        data: a whole file.
        encoding: the encoding where the caller knows it; else it is found out.
        name: what error messages call the data.

    Returns:
        The text with line breaks as they are in the data.

    Raises:
        ReadError: kind ``empty``, ``binary`` or ``encoding``.
    """
    text = _decode(data, encoding, name)
    if not text or text.isspace():
        raise ReadError(name, "empty", "has no text")
    if _is_binary(text):
        raise ReadError(name, "binary", "is not text (it is full of control characters)")
    return text


def _decode(data: bytes, encoding: str | None, name: str) -> str:
    if encoding is not None:
        return _decode_as(data, encoding, name)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], marked, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(data, name, error)
    if "\0" in text:
        return _utf16(data) or text
    return _short_gbk(data, text) or text


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise ReadError(name, "encoding", f"unknown encoding {encoding!r}") from None
    except (UnicodeError, ValueError) as error:
        raise ReadError(name, "encoding", f"cannot be read as {encoding}: {_where(error)}") from None


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(name, "encoding", f"is marked as {_NAMES[encoding]} but damaged: {_where(error)}") from None


def _decode_legacy(data: bytes, name: str, utf8_error: UnicodeDecodeError) -> str:
    """Text that is not UTF-8: GB18030 or UTF-16, whichever reads more like Chinese."""
    if _damaged_utf8(data):
        raise _damaged(name, "UTF-8", utf8_error)
    wide = _utf16(data)
    try:
        narrow = data.decode("gb18030")
    except UnicodeDecodeError as error:
        if wide is not None:
            return wide
        if _is_binary_bytes(data):
            raise ReadError(name, "binary", "is not text (it is full of control characters)") from None
        if _mostly_han(data.decode("gb18030", "replace")):
            raise _damaged(name, "GB18030", error) from None
        raise ReadError(
            name, "encoding", f"is neither UTF-8 nor GB18030 ({_where(error)}); name its encoding with --encoding"
        ) from None
    if wide is not None and _likeness(wide) > _likeness(narrow):
        return wide
    if _is_binary(narrow):
        raise ReadError(name, "binary", "is not text (it is full of control characters)")
    sample = narrow[:_SAMPLE]
    beyond = sum(character > "\x7f" for character in sample)
    if len(_FOREIGN.findall(sample)) * 5 > max(beyond, 10):
        raise ReadError(name, "encoding", "is not in UTF-8, GB18030 or UTF-16; name its encoding with --encoding")
    return narrow


def _utf16(data: bytes) -> str | None:
    """``data`` as UTF-16 without a mark, where that reads like text."""
    if len(data) % 2:
        return None
    best, text = 0.6 + 2.4 / max(len(data), 8), None  # a few characters prove little
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            candidate = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        likeness = _likeness(candidate)
        if likeness > best:
            best, text = likeness, candidate
    return text


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """White space, ASCII and the punctuation and first-level characters of GB 2312."""
    rows = (*range(0xA1, 0xA4), *range(0xB0, 0xD8))
    pairs = (bytes((row, cell)).decode("gb2312", "ignore") for row in rows for cell in range(0xA1, 0xFF))
    return frozenset((*pairs, *map(chr, range(32, 127)), *"\t\n\r\u00a0\u3000\ufeff")) - {""}


def _likeness(text: str) -> float:
    """How much the beginning of ``text`` is like Chinese: common characters count whole, other Chinese ones half."""
    sample = text[:_SAMPLE]
    common = _common()
    score = sum(1.0 if character in common else 0.5 * ("\u4e00" <= character <= "\u9fa5") for character in sample)
    return score / max(len(sample), 1)


def _short_gbk(data: bytes, text: str) -> str | None:
    """A few GBK characters whose bytes happen to be valid UTF-8 (模 is also ģ), else None.

    UTF-8 keeps everything that has a character beyond U+07FF (all Chinese), a Latin letter, or
    letters and signs of one foreign script only.
    """
    if text.isascii() or _WIDE.search(text) or _ONE_SCRIPT.fullmatch(text) or _LETTER.search(text):
        return None
    try:
        candidate = data.decode("gbk")
    except UnicodeDecodeError:
        return None
    return candidate if _likeness(candidate) == 1.0 else None


def _damaged_utf8(data: bytes) -> bool:
    """Whether nearly all characters beyond ASCII are well-formed UTF-8: a cut or patched file."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return _count(_WIDE, text) - bad > 10 * bad


def _mostly_han(text: str) -> bool:
    """Whether a text reads like Chinese but for some damaged places."""
    return text.count("\ufffd") * 50 < len(text) and _likeness(text) > 0.8


def _damaged(name: str, encoding: str, error: UnicodeDecodeError) -> ReadError:
    advice = f"iconv -c -f {encoding} -t UTF-8 leaves out what is"
    return ReadError(name, "encoding", f"is {encoding} but damaged: {_where(error)}; {advice}")


def _is_binary(text: str) -> bool:
    return "\0" in text or _too_many(_count(_CONTROLS, text), len(text))


def _is_binary_bytes(data: bytes) -> bool:
    return b"\0" in data or _too_many(len(data) - len(data.translate(None, _CONTROL_BYTES)), len(data))


def _count(pattern: re.Pattern[str], text: str) -> int:
    """How many characters match; a large text is not taken apart as a whole."""
    return sum(len(pattern.findall(text, place, place + _PIECE)) for place in range(0, len(text), _PIECE))


def _too_many(controls: int, size: int) -> bool:
    """Whether control characters are more than the few that converters leave in a text."""
    return controls > max(8, size // 20)


def _where(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte 0x{error.object[error.start]:02x} at {error.start} ({error.reason})"
    return " ".join(str(error).split()) or type(error).__name__
