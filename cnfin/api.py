"""The library's front door: read a file, tag a text, tag many."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from cnfin.alarm import Late, within
from cnfin.document import Document, Source
from cnfin.errors import ReadError, UsageError
from cnfin.reading.file import Ocr
from cnfin.reading.limits import Limits
from cnfin.tagger import Tagger

#: Documents under way or waiting per process in :func:`tag_many`.
AHEAD = 4
#: Code points of the longest text that is looked up as a file's name.
_LONGEST_PATH = 1024


@lru_cache(maxsize=1)
def _default() -> Tagger:
    return Tagger()


def load(
    path: str | Path, *, encoding: str | None = None, ocr: Ocr = "auto", limits: Limits | None = None
) -> Source:
    """Read a file.

    Args:
        path: the file.
        encoding: the text's encoding where it should not be guessed.
        ocr: whether pictures of text are recognized; see :class:`cnfin.reading.How`.
        limits: bounds on what reading may cost; see :class:`cnfin.reading.Limits`.

    Raises:
        cnfin.errors.ReadError: the file cannot be read or is no disclosure in a known format.
    """
    from cnfin.reading import read

    return read(path, encoding=encoding, ocr=ocr, limits=limits)


def tag(source: str | Path | Source, name: str = "-", *, limits: Limits | None = None) -> Document:
    """Tag one text or file with the shipped lexicon and role model.

    Args:
        source: the text, a file's path as a :class:`~pathlib.Path`, or what :func:`load` read.
        name: the document's name in the records, where ``source`` is a text.
        limits: bounds on what it may cost; those on reading where None, and no limit on the time of tagging.

    Raises:
        cnfin.errors.UsageError: the text is the name of a file.
        cnfin.errors.ReadError: the file cannot be read; kind ``limit`` where tagging takes longer than
            ``limits.seconds`` (told in the main thread only, and not on Windows).
    """
    found = load(source, limits=limits) if isinstance(source, Path) else _read(source)
    tagger = _default()
    try:
        with within(limits.seconds if limits else None):
            return tagger.tag(found, name)
    except Late:
        called = found.name if isinstance(found, Source) else name
        raise ReadError(called, "limit", "takes longer than the limits allow") from None


def _read(source: str | Path | Source) -> str | Source:
    """A path's file; a text that names a file was meant to be one."""
    if isinstance(source, Path):
        return load(source)
    if isinstance(source, str) and 0 < len(source) <= _LONGEST_PATH and "\n" not in source and _is_file(source):
        raise UsageError(f"{source!r} is a file and no text: give Path({source!r}) or cnfin.load({source!r})")
    return source


def _is_file(name: str) -> bool:
    try:
        return os.path.isfile(name)
    except ValueError:  # a zero byte
        return False


def tag_many(
    sources: Iterable[str | Path | Source], *, jobs: int = 1, tagger: Tagger | None = None
) -> Iterator[Document]:
    """Tag documents one after the other, in order, with bounded memory.

    Args:
        sources: texts, paths as :class:`~pathlib.Path`, or what :func:`load` read; taken only as fast as documents
            are done.
        jobs: number of processes.
        tagger: the tagger to use; one with the shipped tables when None.

    Raises:
        TypeError: ``sources`` is one text or one path instead of several.
        cnfin.errors.UsageError: a text is the name of a file.
        cnfin.errors.ReadError: a file cannot be read.
    """
    if isinstance(sources, (str, Path)):
        raise TypeError("tag_many takes several documents, and this is one: use tag, or give a list")
    return _tag_each(map(_read, sources), jobs, tagger or _default())


def _tag_each(sources: Iterator[str | Source], jobs: int, tagger: Tagger) -> Iterator[Document]:
    if jobs <= 1:
        yield from map(tagger.tag, sources)
        return
    from concurrent.futures import Future, ProcessPoolExecutor

    waiting: deque[Future[Document]] = deque()
    failed: list[Exception] = []
    with ProcessPoolExecutor(jobs, initializer=_keep, initargs=(tagger,)) as pool:
        for source in _until_failure(sources, failed):
            waiting.append(pool.submit(_tag_kept, source))
            if len(waiting) >= jobs * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    if failed:
        raise failed[0]


def _until_failure(sources: Iterator[str | Source], failed: list[Exception]) -> Iterator[str | Source]:
    """What ``sources`` gives before it fails: documents under way are not lost with it."""
    try:
        yield from sources
    except Exception as error:
        failed.append(error)


_kept: Tagger | None = None


def _keep(tagger: Tagger) -> None:
    global _kept
    _kept = tagger


def _tag_kept(source: str | Source) -> Document:
    assert _kept is not None
    return _kept.tag(source)
