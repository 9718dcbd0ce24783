"""The library's front door: read a file, tag a text, tag many."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from cnfin.document import Document, Source
from cnfin.tagger import Tagger

#: Documents under way or waiting per process in :func:`tag_many`.
AHEAD = 4


@lru_cache(maxsize=1)
def _default() -> Tagger:
    return Tagger()


def load(path: str | Path, *, encoding: str | None = None) -> Source:
    """Read a file.

    Args:
        path: the file.
        encoding: the text's encoding where it should not be guessed.

    Raises:
        cnfin.errors.ReadError: the file cannot be read or is no disclosure in a known format.
    """
    from cnfin.reading import read

    return read(path, encoding=encoding)


def tag(source: str | Source, name: str = "-") -> Document:
    """Tag one text with the shipped lexicon and role model.

    Args:
        source: the text, or what :func:`load` read.
        name: the document's name in the records, where ``source`` is a text.
    """
    return _default().tag(source, name)


def tag_many(sources: Iterable[str | Source], *, jobs: int = 1, tagger: Tagger | None = None) -> Iterator[Document]:
    """Tag documents one after the other, in order, with bounded memory.

    Args:
        sources: texts, or what :func:`load` read; taken only as fast as documents are done.
        jobs: number of processes.
        tagger: the tagger to use; one with the shipped tables when None.
    """
    tagger = tagger or _default()
    if jobs <= 1:
        yield from map(tagger.tag, sources)
        return
    from concurrent.futures import Future, ProcessPoolExecutor

    waiting: deque[Future[Document]] = deque()
    with ProcessPoolExecutor(jobs, initializer=_keep, initargs=(tagger,)) as pool:
        for source in sources:
            waiting.append(pool.submit(_tag_kept, source))
            if len(waiting) >= jobs * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_kept: Tagger | None = None


def _keep(tagger: Tagger) -> None:
    global _kept
    _kept = tagger


def _tag_kept(source: str | Source) -> Document:
    assert _kept is not None
    return _kept.tag(source)
