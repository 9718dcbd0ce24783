"""Which files to read: the command line's files and folders → documents in a fixed order."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import msgspec

from cnfin.batch.outputs import OWN
from cnfin.errors import ErrorKind, ReadError
from cnfin.reading.sniff import format_of

#: How documents are called. Other files in a folder are read where their content is that of a document.
SUFFIXES = (
    ".txt", ".pdf", ".docx", ".doc", ".wps", ".html", ".htm", ".mhtml", ".mht",
    ".xls", ".xlsx", ".xlsm", ".ods", ".csv", ".tsv", ".zip", ".rar", ".7z", ".ofd", ".rtf", ".odt", ".et",
    ".warc", ".warc.gz",
)  # fmt: skip


_NEVER = frozenset(("thumbs.db", "desktop.ini"))
_HEAD = 8192
#: Folders in folders that are walked.
_DEEPEST = 200
_NUMBERED = re.compile(r"([^0-9]*)([0-9]*)")
_COMMON = re.compile(r"[的一是在了有和人年月日万元支出收入预算决财政单位部门经费情况]")


class Input(msgspec.Struct, frozen=True):
    """A document to read.

    Attributes:
        name: what records call it: the path as given, inside a folder the path from that folder.
        path: where it is; ``-`` is standard input, ``scheme://`` a file system that fsspec knows.
        size: bytes, 0 where that is not known.
        stamp: changes whenever the file does (modification time in ns, or the store's own tag).
        parts: the files that are read as this one document; empty where it is a file by itself.
    """

    name: str
    path: str
    size: int = 0
    stamp: str = ""
    parts: tuple[Input, ...] = ()


def find(arguments: Iterable[str], *, as_one: bool = False) -> Iterator[Input | ReadError]:
    """The documents that ``arguments`` name, lazily; folders are walked in sorted order.

    With ``as_one`` the files of a folder are one document, those of the folders in it another; so are the documents
    of an archive that is given by its name.

    What cannot be listed or is not there is given back as the error it is, in its place.
    """
    given = list(arguments)
    if as_one:
        for argument in given:
            yield from _folders(argument, find([argument]))
        return
    folders = [argument for argument in given if "://" not in argument and os.path.isdir(argument)]
    heads = _heads(folders) if len(given) > 1 and folders else {}
    for argument in given:
        if argument == "-":
            yield Input("-", "-")
        elif "://" in argument:
            from cnfin.batch.remote import find_remote

            yield from find_remote(argument)
        else:
            alike, head = heads.get(argument, (frozenset(), ""))
            for found in _local(argument):
                if isinstance(found, Input) and found.name in alike:
                    found = msgspec.structs.replace(found, name=head + found.name)
                yield found


def _folders(argument: str, found: Iterable[Input | ReadError]) -> Iterator[Input | ReadError]:
    """What was found by an argument, the files of each folder put together."""
    open_: list[tuple[str, list[Input]]] = []  # a folder, the folder in it that the walk is in, and so on
    for item in found:
        if isinstance(item, ReadError) or item.path == "-":
            yield item
            continue
        folder = item.path if item.path == argument else os.path.dirname(item.path)
        while open_ and not f"{folder}/".startswith(f"{open_[-1][0]}/"):
            yield _whole(*open_.pop())
        if not open_ or open_[-1][0] != folder:
            open_.append((folder, []))
        open_[-1][1].append(item)
    while open_:
        yield _whole(*open_.pop())


def _whole(folder: str, parts: list[Input]) -> Input:
    """The document that the files of a folder are, in the order of their names, 附表2 before 附表10."""
    parts.sort(key=lambda part: _ordered(part.name))
    name = folder if "://" in folder else os.path.normpath(folder)
    if os.path.basename(name) in (".", ".."):
        name = os.path.basename(os.path.realpath(folder))
    told = "\0".join(f"{part.name}\0{part.size}\0{part.stamp}" for part in parts)
    return Input(printable(name), folder, sum(part.size for part in parts), _digest(told).hex(), tuple(parts))


def _ordered(name: str) -> list[tuple[int, str]]:
    return [(int(digits or 0), text) for text, digits in _NUMBERED.findall(name)]


def _heads(folders: Sequence[str]) -> dict[str, tuple[frozenset[str], str]]:
    """For each of several folders the names inside that another one has too, and what is put before these.

    That is the folder's own name, or where two folders have the same the folder as given.
    """
    counts: Counter[bytes] = Counter()
    for folder in folders:
        counts.update(_digest(found.name) for found in _local(folder) if isinstance(found, Input))
    alike = {digest for digest, count in counts.items() if count > 1}
    if not alike:
        return {}
    own = Counter(os.path.basename(os.path.realpath(folder)) for folder in folders)
    heads = {}
    for folder in folders:
        name = os.path.basename(os.path.realpath(folder))
        head = printable(folder.rstrip("/") if own[name] > 1 else name) + "/"
        names = (found.name for found in _local(folder) if isinstance(found, Input))
        heads[folder] = (frozenset(name for name in names if _digest(name) in alike), head)
    return heads


def _digest(name: str) -> bytes:
    """A short stand-in for a name, since there may be millions."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def printable(name: str) -> str:
    """A file name as text: each part UTF-8, else GBK, as Chinese Windows writes it, else its bytes as ``\\xff``."""
    if name.isprintable():
        return name
    parts = map(_utf8, name.encode("utf-8", "surrogateescape").split(b"/"))
    return b"/".join(parts).decode("utf-8", "backslashreplace")


def _utf8(part: bytes) -> bytes:
    try:
        part.decode()
    except UnicodeDecodeError:
        with contextlib.suppress(UnicodeDecodeError):
            return part.decode("gbk").encode()
    return part


def passed_over(path: str, name: str) -> str:
    """Why a file in a folder that is not called like a document is none, by how it begins; empty where it is one."""
    if name.rpartition("/")[2].lower() in _NEVER:
        return "belongs to the folder"
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return ""  # reading it will say
    if not head:
        return "is empty"
    form, what = format_of(head, name)
    if form == "picture":
        return "is a picture; give its name, or --ocr always"
    if form != "text":
        return "" if what in ("", "encrypted") else f"is {what}"
    if b"\0" in head[:1000] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return "is not text"
    if head.lstrip()[:1] in (b"{", b"["):
        return "is data of a program (JSON)"
    texts = (head.decode(encoding, "ignore") for encoding in ("utf-8", "gb18030", "utf-16"))
    return "" if any(_is_chinese(text) for text in texts) else "is a text without Chinese"


def _is_chinese(text: str) -> bool:
    """Whether at least a tenth of a text are characters as disclosures have them."""
    return len(_COMMON.findall(text)) * 10 > len(text)


def _local(argument: str) -> Iterator[Input | ReadError]:
    try:
        status = os.stat(argument)
    except FileNotFoundError:
        yield ReadError(printable(argument), "missing", "no such file or folder")
    except (OSError, ValueError) as error:
        yield ReadError(printable(argument), "unreadable", f"cannot be read: {_reason(error)}")
    else:
        if stat.S_ISDIR(status.st_mode):
            some = False
            for found in _walk(argument, "", {os.path.realpath(argument)}):
                some = some or isinstance(found, Input) or found.kind != "passed"
                yield found
            if not some:
                yield ReadError(printable(argument), "missing", "no document in this folder")
        else:
            yield Input(printable(argument), argument, status.st_size, str(status.st_mtime_ns))


def _walk(folder: str, inside: str, tops: set[str]) -> Iterator[Input | ReadError]:
    """The documents under ``folder``; ``inside`` is its path from the given folder.

    Hidden names and output folders are left out. ``tops`` are the real paths of the given folder and of
    those that links have led to: no folder is read twice, and links in a circle end.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield ReadError(printable(folder), "unreadable", f"cannot be listed: {_reason(error)}")
        return
    if inside.count("/") > _DEEPEST:
        yield ReadError(printable(folder), "unreadable", f"lies more than {_DEEPEST} folders deep")
        return
    for entry in entries:
        name = f"{inside}{entry.name}"
        if entry.name.startswith("."):
            continue
        if os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir():
            if _new(entry, tops) and not os.path.isdir(os.path.join(entry.path, OWN)):
                yield from _walk(entry.path, f"{name}/", tops)
        else:
            yield from _file(entry, name)


def _file(entry: os.DirEntry[str], name: str) -> Iterator[Input | ReadError]:
    try:
        status = entry.stat()
    except OSError as error:
        kind: ErrorKind = "missing" if name.lower().endswith(SUFFIXES) else "passed"
        yield ReadError(printable(name), kind, f"cannot be read: {_reason(error)}")
        return
    if not stat.S_ISREG(status.st_mode):
        yield ReadError(printable(name), "passed", "is no regular file")
        return
    why = "" if name.lower().endswith(SUFFIXES) else passed_over(entry.path, name)
    if why:
        yield ReadError(printable(name), "passed", why)
    else:
        yield Input(printable(name), entry.path, status.st_size, str(status.st_mtime_ns))


def _new(folder: os.DirEntry[str], tops: set[str]) -> bool:
    """Whether the folder is read at no other place; where a link leads to it, it becomes a top."""
    real = os.path.realpath(folder.path)
    if not folder.is_symlink():
        return real not in tops
    if _within(real, tops):
        return False
    tops.add(real)
    return True


def _within(place: str, tops: set[str]) -> bool:
    """Whether a walk from one of ``tops`` comes to ``place`` by itself; it does not enter hidden folders."""
    while place not in tops:
        place, name = os.path.split(place)
        if not name or name.startswith("."):
            return False
    return True


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
