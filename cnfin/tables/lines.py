"""Tables that reached a plain text as lines: one cell a line behind tabs, or rows of tabs or pipes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cnfin.document import Cell, Table
from cnfin.layout import Layout, lost_breaks
from cnfin.lexicon import Lexicon
from cnfin.tables.coded import with_lost_cells
from cnfin.tables.singles import singles
from cnfin.tables.titles import is_around, title_of
from cnfin.tables.words import close, table_words
from cnfin.units import unit_in, unit_line

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
_NUMBER = re.compile(r"[-－]?[\d,，]*\d(?:[.．]\d+)?[%％]?|[—－-]+")
_SUMS = re.compile(r"预算|执行数|决算|支出|收入|金额|资金|本年|上年|合计")
_VALUE = re.compile(r"[\d０-９,，.．\-－%％]+(?:元|万元)?")
_CAPTION = re.compile(r"表$|(?:情况|明细)$|表[（(].*[)）]$")
_COLUMN = re.compile(r"[^\s\u3000]+(?: [^\s\u3000]+)*")
_PIPED = re.compile(r"(?:[^\r\n|]{0,30}[\r\n]+){0,3}[^\r\n|]{0,30}\|[ \t]*(?=[\r\n])")
#: The longest line that goes on with a head.
_HEAD = 16
#: A table's title and unit stand in so many lines above it.
_ABOVE = 6
_GAP = re.compile(r"[ \u3000](?<=\S.)[ \u3000]+(?=[^\s\u3000])")


def find(text: str, layout: Layout, lexicon: Lexicon | None = None) -> tuple[Table, ...]:
    """The tables among the lines of ``text``; a single line of cells is none."""
    words = table_words(lexicon)
    blocks = list(_cell_blocks(text)) if "\t" in text else []
    if "|" in text:
        blocks += _row_blocks(text, "|")
    if layout.units and "\n" in text and ("  " in text or "\u3000\u3000" in text):
        blocks += _blank_blocks(text)
    tables = [_table(text, rows, layout) for rows in blocks if len(rows) > 1 or any(len(row) > 2 for row in rows)]
    taken = [(rows[0][0].start, rows[-1][-1].end) for rows in (table.rows for table in tables)]
    for start, solved in singles(text, words):
        end = max(cell.end for row in solved.rows for cell in row)
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        table = _table(text, solved.rows, layout, start)
        # Nobody knows under which heads the values of a row stand that lost cells: it has none.
        tables += [table, *(Table(rows=(row,), unit=table.unit, title=table.title) for row in solved.doubtful)]
    return tuple(sorted(tables, key=lambda table: table.rows[0][0].start))


def _table(text: str, rows: list[tuple[Cell, ...]], layout: Layout, begin: int | None = None) -> Table:
    captions, rows = _captions(rows)
    rows = list(with_lost_cells(rows))
    start = rows[0][0].start if rows else len(text)
    above = [line for cell in reversed(captions) for line in reversed(cell.text.splitlines())]
    begin = (captions or rows[0])[0].start if begin is None else begin
    above += reversed(_lines_above(text, begin))
    body = next((n for n, row in enumerate(rows) if any(_NUMBER.fullmatch(cell.text) for cell in row)), 0)
    head = " ".join(cell.text for row in rows[: max(4, body)] for cell in row if len(cell.text) < 40)
    said = next((unit for line in above[:6] if (unit := unit_line(line))), None)
    return Table(rows=tuple(rows), unit=unit_in(head) or said or layout.unit_at(start), title=title_of(above[:6]))


def _lines_above(text: str, end: int) -> list[str]:
    """The last lines before an offset, no further back than they reach."""
    while end and text[end - 1].isspace():
        end -= 1
    start = end
    for _ in range(_ABOVE):
        start = max(text.rfind("\n", 0, start), 0)
    return text[start:end].splitlines()[-_ABOVE:]


def _captions(rows: list[tuple[Cell, ...]]) -> tuple[list[Cell], list[tuple[Cell, ...]]]:
    """The cells of the first rows that are a title, a unit or a year, and the rows below them."""
    captions: list[Cell] = []
    for number, row in enumerate(rows[:-1]):
        filled = [cell for cell in row if cell.text]
        lines = filled[0].text.splitlines() if len(filled) == 1 else []
        alone = any(_CAPTION.search(line) or is_around(line) for line in lines)
        if filled and not alone and not all(is_around(cell.text) for cell in filled):
            return captions, rows[number:]
        captions += filled
    return captions, rows[-1:]


def _cell_blocks(text: str) -> Iterator[list[tuple[Cell, ...]]]:
    """Runs of lines that begin with a tab (one cell each, rows apart by an empty line) or hold tabs."""
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    loose = 0  # lines without a tab among heads, which a viewer broke over lines
    for match in _LINE.finditer(text):
        line = match[0].rstrip("\r\n")
        if not line.strip():
            if "\t" in line and (row or rows):
                row.append(_cell(text, match.start(), match.start() + len(line)))
            elif row:
                rows.append(tuple(row))
                row = []
        elif line.lstrip(" \u3000")[0] == "\t" and "\t" not in line.strip():
            row.append(_cell(text, match.start(), match.start() + len(line)))
        elif "\t" in line and not lost_breaks(line, 0, len(line)):
            if row:
                rows.append(tuple(row))
                row = []
            rows.append(tuple(_cells(text, match.start(), line, "\t")))
            loose = 0
        elif row and len(line) <= 12:
            # a cell that was broken over two lines
            row[-1] = _cell(text, row[-1].start, match.start() + len(line))
        elif rows and not row and _goes_on(line, rows):
            rows.append((_cell(text, match.start(), match.start() + len(line)),))
            loose += 1
        else:
            yield from _close(rows[: len(rows) - loose], row)
            rows, row, loose = [], [], 0
        if match.end() == len(text):
            break
    yield from _close(rows[: len(rows) - loose], row)


def _goes_on(line: str, rows: Sequence[tuple[Cell, ...]]) -> bool:
    """Whether a short line among the heads of a table may be a part of them."""
    short = len(line) <= _HEAD and line.strip()[-1] not in "。；：，、"
    return short and not any(_VALUE.fullmatch(cell.text) for row in rows[-4:] for cell in row)


def _blank_blocks(text: str) -> Iterator[list[tuple[Cell, ...]]]:
    """Runs of lines whose columns are parted by two blanks or more, as a PDF's text has them."""
    rows: list[tuple[Cell, ...]] = []
    end = 0
    while gap := _GAP.search(text, end):
        start = text.rfind("\n", 0, gap.start()) + 1
        if rows and text[end:start].strip():
            yield from _close(rows, [])
            rows = []
        end = text.find("\n", gap.end())
        end = len(text) if end < 0 else end
        cells = tuple(_cell(text, part.start(), part.end()) for part in _COLUMN.finditer(text, start, end))
        if any(_NUMBER.fullmatch(cell.text) for cell in cells[1:]) and "|" not in text[start:end]:
            if not rows:
                rows += _header(text, start, len(cells))
            rows.append(cells)
    yield from _close(rows, [])


def _header(text: str, start: int, width: int) -> Iterator[tuple[Cell, ...]]:
    """The line above ``start`` as a row, where it has ``width`` columns."""
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    cells = tuple(_cell(text, part.start(), part.end()) for part in _COLUMN.finditer(text, above, start))
    if len(cells) == width:
        yield cells


def _close(rows: list[tuple[Cell, ...]], row: list[Cell]) -> Iterator[list[tuple[Cell, ...]]]:
    if row:
        rows.append(tuple(row))
    rows = [cells for cells in rows if any(cell.text for cell in cells)]
    if rows:
        yield rows


def _row_blocks(text: str, mark: str) -> list[list[tuple[Cell, ...]]]:
    """Runs of lines whose cells are parted by ``mark``."""
    blocks: list[list[tuple[Cell, ...]]] = []
    end = -1
    for match in _LINE.finditer(text):
        line = match[0].rstrip("\r\n")
        if mark in line:
            cells = tuple(_cells(text, match.start(), _closed(line, mark), mark))
            if any(cell.text.strip("-: ") for cell in cells):
                if not blocks or text[end : match.start()].strip():
                    blocks.append([])
                blocks[-1].append(cells)
            end = match.end()
        if match.end() == len(text):
            break
    # One cell a line is no row: such tables are stacked.
    return [
        _realigned(_cut(rows)) for rows in blocks if any(sum(bool(cell.text) for cell in row) > 1 for row in rows)
    ]


def _closed(line: str, mark: str) -> str:
    """A row without the mark that closes it, where one does."""
    line = line.rstrip()
    return line[:-1] if line.endswith(mark) and line.strip(" " + mark) else line


def _cut(rows: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Rows without the columns on the right that are empty throughout."""
    width = max(place for row in rows for place, cell in enumerate(row, 1) if cell.text or place == 1)
    return [row[:width] for row in rows]


def _realigned(rows: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Rows of a table with its columns twice or more side by side (项目 行次 决算数), where empty cells got lost."""
    found: list[tuple[Cell, ...]] = []
    width = sides = 0
    for row in rows:
        cells = row[: max((place for place, cell in enumerate(row, 1) if cell.text), default=0)]
        if repeated := _repeated([cell.text for cell in cells]):
            width, sides = repeated
        elif width and len(cells) < width * sides:
            row = _sided(cells, width, sides, len(row)) or row
        found.append(row)
    return found


def _repeated(heads: Sequence[str]) -> tuple[int, int] | None:
    """Width and number of the like halves (or thirds) that a header consists of, or None."""
    for width in (2, 3, 4):
        sides = len(heads) // width
        if sides < 2 or sides * width != len(heads) or any(_VALUE.fullmatch(head) for head in heads):
            continue
        if all(heads[place] == heads[place % width] for place in range(len(heads)) if place % width):
            return width, sides
    return None


def _sided(cells: Sequence[Cell], width: int, sides: int, length: int) -> tuple[Cell, ...] | None:
    """The cells of a row put under their side: each begins with a label, and lost what stands empty behind it."""
    parts: list[list[Cell]] = []
    for cell in cells:
        label = bool(cell.text) and not _VALUE.fullmatch(cell.text)
        if label or not parts:
            parts.append([] if label else [Cell(start=cell.start, end=cell.start, text="")])
        parts[-1].append(cell)
    if len(parts) > sides or any(len(part) > width for part in parts):
        return None
    blank = Cell(start=cells[-1].end, end=cells[-1].end, text="")
    row = [cell for part in parts for cell in (*part, *[blank] * (width - len(part)))]
    return (*row, *[blank] * (length - len(row)))


def _cells(text: str, start: int, line: str, mark: str) -> Iterator[Cell]:
    place = 0
    for part in line.split(mark):
        yield _cell(text, start + place, start + place + len(part))
        place += len(part) + 1


def _cell(text: str, start: int, end: int) -> Cell:
    content = text[start:end]
    body = content.strip()
    lead = len(content) - len(content.lstrip()) if body else 0
    return Cell(start=start + lead, end=start + lead + len(body), text=close(body))


def rows_of(tables: Sequence[Table]) -> dict[int, tuple[int, int]]:
    """Offset of each filled cell → numbers of its table and row."""
    return {
        cell.start: (number, place)
        for number, table in enumerate(tables)
        for place, row in enumerate(table.rows)
        for cell in row
        if cell.text
    }
