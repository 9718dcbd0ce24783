"""Tables that came without rows: a cell a line, a cell a line closed by a pipe, or everything on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cnfin.document import Cell
from cnfin.tables.coded import solve_coded
from cnfin.tables.grid import NUMBER, is_value
from cnfin.tables.sided import solve_sided
from cnfin.tables.stacked import Solved, solve
from cnfin.tables.titles import is_around
from cnfin.tables.words import BLANK, TableWords, close
from cnfin.units import unit_line

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
_FIGURE_ALONE = r"[ \u3000|]*[-－]?[\d,，.．]+(?: [\d.．]+){0,6}(?:[万亿千]?元|[%％])?[ \u3000|]*\r?(?=\n|\Z)"
#: A line that is nothing but a figure, without which no line is a cell: the first, and any other, found by its break.
_FIRST_LINE, _FIGURE_LINE = re.compile(_FIGURE_ALONE), re.compile(rf"\n{_FIGURE_ALONE}")
_PIPED = re.compile(r"(?:[^\r\n|]{0,30}[\r\n]+){0,3}[^\r\n|]{0,30}\|[ \t|]*(?=[\r\n])")
#: A table on one line: its unit, then words and figures with blanks between.
_ONE_LINE = re.compile(r"单\s?位\s?[:：]\s?[亿万千百]?元[)）]?(?=[ \u3000])(?:[ \u3000]+[^ \u3000\r\n。]{1,30}){5,}")
_TOKEN = re.compile(r"(?:(?<![^\s\u3000])[\u4e00-\u9fff] (?=[\u4e00-\u9fff](?:[\s\u3000]|$)))?[^\s\u3000]+")
_FIGURE = r"[ \u3000]+[-－]?[\d,，]*\d(?:\.\d+)?[%％]?"
#: A row on a line of its own: perhaps a code, a name, two figures or more; and one with a figure only.
_NAMED = r"[ \u3000]*(?:\d{3,7}[ \u3000]+)?[^\s\d|][^\s|]{1,29}"
_ROW_LINE = re.compile(rf"\n{_NAMED}(?:{_FIGURE}){{2,26}}[ \u3000]*\r?(?=\n|\Z)")  # found by its break
_SHORT_LINE = re.compile(rf"\n{_NAMED}{_FIGURE}[ \u3000]*\r?(?=\n|\Z)")
_HEAD_LINES = 5
_LONGEST = 30
_MOST = 600
_NUMBERING = ("栏次", "次")
_TITLE = re.compile(r"(?:表|情况|明细|年度?(?:部门|单位)?[预决]算)[）)]?$")


def singles(text: str, words: TableWords) -> Iterator[tuple[int, Solved]]:
    """The tables of ``text`` whose rows are to be put together again, and where each begins."""
    if _FIRST_LINE.match(text) or _FIGURE_LINE.search(text):
        for cells in _runs(text):
            yield from _solved(cells, words)
    for tokens in _lined(text):
        yield from _solved(tokens, words)
    for match in _ONE_LINE.finditer(text):
        tokens = [_cell(text, *token.span()) for token in _TOKEN.finditer(text, *match.span())]
        begin = next((place for place, token in enumerate(tokens) if token.text.endswith(("元", "元)", "元）"))), 0)
        yield from _solved(tokens[begin + 1 :], words)


def _lined(text: str) -> Iterator[list[Cell]]:
    """The words and figures of tables whose rows are lines with single blanks between them, heads included."""
    last = -1
    for match in _ROW_LINE.finditer(text):
        if match.start() <= last:
            continue
        begin, end, rows = match.start() + 1, match.end(), 1
        while (after := _ROW_LINE.match(text, end)) or (after := _SHORT_LINE.match(text, end)):
            end, rows = after.end(), rows + 1
        last = end
        for _ in range(_HEAD_LINES):
            above = text.rfind("\n", 0, max(0, begin - 1)) + 1
            line = text[above : max(0, begin - 1)].strip()
            if begin == 0 or not line or len(line) > 60 or line.endswith(("。", "；")) or unit_line(line) is not None:
                break
            if is_around(line) or _TITLE.search(line):
                break
            begin = above
        if rows > 1:
            yield [_cell(text, *token.span()) for token in _TOKEN.finditer(text, begin, end)]


def _solved(cells: Sequence[Cell], words: TableWords) -> Iterator[tuple[int, Solved]]:
    cells, numbered = without_numbering(cells)
    while len(cells) > 2:
        solved = solved_with_blanks(cells, words, numbered)
        if solved is None or not _sure(solved):
            return
        yield cells[0].start, solved
        cells = cells[solved.used :]


def solved_with_blanks(cells: Sequence[Cell], words: TableWords, numbered: int) -> Solved | None:
    """The table that ``cells`` begin with: with the empty cells that the source shows, else as if it showed none."""
    tries = [cells]
    if any(not cell.text for cell in cells):
        tries.append([cell for cell in cells if cell.text])
    for way in tries:
        solved = solve_coded(way, words, numbered) or solve_sided(way, words) or solve(way, words)
        if solved is not None and way is cells:
            return solved
        if solved is not None:
            # How many cells it took, those that are empty counted in.
            last, used = way[solved.used - 1], solved.used
            return solved._replace(used=next(at for at, cell in enumerate(cells, 1) if cell is last) if used else 0)
    return None


def _sure(solved: Solved) -> bool:
    """Whether the rows are many enough, or the heads over the one row are all that stands above it."""
    return len(solved.rows) > 1


def _runs(text: str) -> Iterator[list[Cell]]:
    """Lines one after the other that are short enough for cells, each run from its unit or title on."""
    run: list[Cell] = []
    for match in _LINE.finditer(text):
        line = match[0].rstrip("\r\n")
        bare = line.strip(" |\u3000\t")
        line = line if bare or "|" in line else ""
        cells_a_line = "|" not in line.rstrip(" |")
        prose = len(line) > _LONGEST or line.endswith(("。", "；")) or "\t" in line
        if prose or not cells_a_line or unit_line(bare) is not None:
            yield from _begun(run)
            run = []
        elif (bare or run) and (run or not is_around(bare)):
            run.append(_cell(text, match.start(), match.start() + len(line)))
        if match.end() == len(text):
            break
    yield from _begun(run)


def _begun(run: list[Cell]) -> Iterator[list[Cell]]:
    """The cells of a run of lines without the title above them."""
    if not any(NUMBER.fullmatch(cell.text.rstrip(" |")) or is_value(cell.text.rstrip(" |")) for cell in run):
        return
    figure = next((place for place, cell in enumerate(run) if is_value(cell.text.rstrip(" |"))), 0)
    titles = [place for place in range(figure) if _TITLE.search(run[place].text) and len(run[place].text) > 6]
    run = run[titles[-1] + 1 if titles and titles[-1] + 2 < figure else 0 :]
    filled = [cell for cell in run if cell.text]
    piped = sum(cell.text.endswith("|") for cell in filled) * 5 >= len(filled) * 2
    cells = list(_closed(filled)) if piped else list(_spaced(run))
    yield cells[:_MOST]


def _spaced(run: Sequence[Cell]) -> Iterator[Cell]:
    """The cells of a run, an empty line being one where it does not part all of them."""
    filled = [place for place, cell in enumerate(run) if cell.text]
    gaps = [after - place - 1 for place, after in pairwise(filled)]
    least = min(gaps, default=0)
    for place, gap in zip(filled, [*gaps, 0], strict=True):
        yield run[place]
        # Where a line parts every two cells, an empty cell makes two more of them.
        more = gap if not least else (gap - least) // (least + 1)
        yield from run[place + 1 : place + 1 + max(0, more)]


def _closed(run: Sequence[Cell]) -> Iterator[Cell]:
    """Cells that a pipe closes, one or less a line: a cell may be broken over lines, and one may be empty."""
    open_: Cell | None = None
    for line in run:
        bare = line.text.rstrip(" |")
        start = open_.start if open_ else line.start
        if line.text.endswith("|"):
            end = line.start + len(bare) if bare else (open_.end if open_ else line.start)
            text = (open_.text if open_ else "") + bare
            yield Cell(start=start, end=end, text=text)
            open_ = None
        else:
            open_ = Cell(start=start, end=line.end, text=(open_.text if open_ else "") + line.text)
    if open_:
        yield open_


def without_numbering(cells: Sequence[Cell]) -> tuple[list[Cell], int]:
    """The cells without those that number the columns (栏次 1 2, or 1 2 3 between heads and figures), and the last."""
    skip = _counting(cells)
    kept: list[Cell] = []
    last = 0
    numbers = False
    for place, cell in enumerate(cells):
        bare = BLANK.sub("", cell.text)
        if bare in _NUMBERING or (numbers and bare.isdecimal() and int(bare) == last + 1):
            numbers = True
            last = int(bare) if bare.isdecimal() else last
        elif place in skip:
            last = len(skip)
        elif not (numbers and not bare):
            numbers = False
            kept.append(cell)
    return kept, last


def _counting(cells: Sequence[Cell]) -> range:
    """Where 1 2 3 … stands in one run of cells between the heads and the figures."""
    for place, cell in enumerate(cells):
        if cell.text == "1":
            end = place
            while end < len(cells) and cells[end].text == str(end - place + 1):
                end += 1
            return range(place, end) if end - place > 2 else range(0)
    return range(0)


def _cell(text: str, start: int, end: int) -> Cell:
    content = text[start:end]
    body = content.strip()
    lead = len(content) - len(content.lstrip()) if body else 0
    return Cell(start=start + lead, end=start + lead + len(body), text=close(body))
