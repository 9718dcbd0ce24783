"""Damaged files of every format: reading each must end in time, with a document or a ReadError.

``python tests/fuzz_reading.py`` makes 2,000 damaged files a format from a seed and reads them;
``--short`` makes 60. Exits with status 1 if anything but a ReadError came out, a file took longer
than the limit, or the reading process outgrew its memory.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import zipfile
from collections import Counter

from final_accounts import nine_tables
from make_archives import as_archive, as_mhtml, as_rar, as_warc
from make_formats import Blocks, as_csv, as_docx, as_html, as_ods, as_pdf, as_xls, as_xlsx, as_zip
from make_ofd import as_ofd
from test_reading_office import SHEETS

from cnfin.errors import ReadError
from cnfin.reading import Limits, read_all_bytes

SECONDS = 10.0
MEMORY = 1 << 30
LIMITS = Limits(seconds=SECONDS, memory_bytes=MEMORY, expanded_bytes=64 << 20)
TOKENS = (b"\xff", b"\0" * 9, b"<", b"</", b"&#x110000;", b"stream", b"9999999999", b"-1", b"<<", b"]]>", b"PK\x03\x04",
          b'rowspan="99999999"', b'w:val="2147483648"', b"/Kids", b"\xed\xa0\x80", b"1e999")  # fmt: skip


def originals() -> dict[str, bytes]:
    """A small sound file of each format."""
    tables = nine_tables()
    blocks: Blocks = ["云岭县档案馆2022年度部门决算", "一、收入总计1,234.56万元，增长8.1%。", tables[1], tables[6]]
    text = "\n".join(block for block in blocks if isinstance(block, str)) * 9
    files = {
        "txt": text.encode("gb18030"),
        "csv": as_csv(tables[1]),
        "html": as_html(blocks, "gbk"),
        "pdf": as_pdf(blocks),
        "docx": as_docx(blocks),
        "xlsx": as_xlsx(blocks),
        "xls": as_xls(blocks),
        "ods": as_ods(blocks),
    }
    members = {"一.txt": text.encode(), "二.html": files["html"]}
    return {
        **files,
        "ofd": as_ofd(blocks),
        "mhtml": as_mhtml(files["html"], "gbk"),
        "xml": SHEETS.encode(),
        "zip": as_zip(members),
        "rar": as_rar({name.encode("gbk"): data for name, data in members.items()}),
        "7z": as_archive(members, "7zip"),
        "warc": as_warc([("http://example.org/a.html", "text/html", files["html"], 200)], packed=False),
        "warc.gz": as_warc([("http://example.org/a.html", "text/html", files["html"], 200)]),
    }


def damaged(data: bytes, draw: random.Random) -> bytes:
    """``data`` with one to a few dozen wounds."""
    if data.startswith(b"PK") and draw.random() < 0.6:
        return _damaged_inside(data, draw)
    sore = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 5, 30))):
        place = draw.randrange(len(sore) + 1)
        kind = draw.randrange(6)
        size = draw.choice((1, 2, 8, 64, 1024))
        if kind == 0:
            for at in range(place, min(place + size, len(sore))):
                sore[at] = draw.randrange(256)
        elif kind == 1:
            del sore[place : place + size]
        elif kind == 2:
            sore[place:place] = draw.choice(TOKENS) * draw.choice((1, 1, 40))
        elif kind == 3:
            source = draw.randrange(len(sore) + 1)
            sore[place:place] = sore[source : source + size]
        elif kind == 4 and place < len(sore):
            sore[place] ^= 1 << draw.randrange(8)
        elif draw.random() < 0.2:
            del sore[place:]
    return bytes(sore)


def _damaged_inside(data: bytes, draw: random.Random) -> bytes:
    """An archive whose members are damaged before they are packed, so that parsers see the wounds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    hit = draw.choice([name for name in files if name != "mimetype"])
    files[hit] = damaged(files[hit], draw)
    return as_zip(files)


def run(kind: str, data: bytes, count: int, seed: int) -> tuple[Counter[str], float]:
    """Read ``count`` damaged copies; how their documents ended, and the longest time in seconds."""
    ends: Counter[str] = Counter()
    longest = 0.0
    for number in range(count):
        sore = damaged(data, random.Random(f"{kind}/{seed}/{number}"))
        begin = time.perf_counter()
        try:
            for found in read_all_bytes(sore, f"damaged-{number}.{kind}", limits=LIMITS):
                if isinstance(found, ReadError):
                    ends["gave up" if "parser gave up" in found.message else found.kind] += 1
                else:
                    ends["read"] += 1
        except Exception as error:
            print(f"{kind} {seed}/{number}: {type(error).__name__}: {error}")
            ends["FAILED"] += 1
        longest = max(longest, time.perf_counter() - begin)
    return ends, longest


def main() -> int:
    """Run; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="60 files a format")
    parser.add_argument("--count", type=int, default=2000, help="files a format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("formats", nargs="*", help="formats to run; all of them when none is named")
    options = parser.parse_args()
    count = 60 if options.short else options.count
    failed = False
    for kind, data in originals().items():
        if options.formats and kind not in options.formats:
            continue
        begin = time.perf_counter()
        ends, longest = run(kind, data, count, options.seed)
        took = time.perf_counter() - begin
        bad = ends["FAILED"] > 0 or longest > SECONDS + 2
        failed = failed or bad
        told = ", ".join(f"{end} {number}" for end, number in ends.most_common())
        print(f"{kind:5} {count} files in {took:.0f} s, longest {longest:.2f} s: {told}{'  FAILED' if bad else ''}")
    peak = _peak_of_children()
    if peak:
        print(f"peak memory of the reading process: {peak >> 20} MiB")
        failed = failed or peak > MEMORY
    return int(failed)


def _peak_of_children() -> int:
    from cnfin.reading import isolation

    isolation._stop()
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main())
