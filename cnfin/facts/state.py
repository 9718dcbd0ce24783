"""What the grammar remembers while it reads: subjects, announced totals, years and comparisons."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from cnfin.document import Account, Explanation, Fact, Identity, Measure, SubjectScheme, Value

Found = tuple[Fact, Explanation]
Place = tuple[int, int]
_SIDES = frozenset(("收入", "支出"))
LEVELS = frozenset(("决算数", "预算数", "年初预算数", "调整预算数"))


class Subject(msgspec.Struct, frozen=True, gc=False):
    """What a value is said of, and where the text names it."""

    name: str
    code: str | None = None
    scheme: SubjectScheme | None = None
    place: Place | None = None


def of_account(account: Account) -> Subject:
    """The subject that a 科目 span names."""
    return Subject(account.name, account.code, account.scheme, (account.start, account.end))


class Inherited(msgspec.Struct, frozen=True, gc=False):
    """The measure that the parts of a total take from it; a part is at most ``limit``, where that is known."""

    measure: Measure
    sign: int
    base: str | None
    year: int | None
    limit: Decimal | None = None


class Bracket(msgspec.Struct, gc=False):
    """What held before a bracket opened, and how many facts stand in it."""

    start: int
    year: int | None
    last: Subject | None
    inherited: Inherited | None
    totals: list[Subject]
    here: list[Subject]
    values: int
    counted: Subject | None = None


class State:
    """What is carried from value to value.

    Attributes:
        year0, default: the document's year and the measure of a plain sum in it.
        year: the year the sentence speaks of.
        last: subject of the last fact on this line; head: subject of the line's first fact.
        above: subject of the heading or the line above, for a line that names none.
        totals: totals announced so far on this list, outermost first.
        inherited: the measure that parts of the last announced total take.
        compare: what a change is measured against (上年 or 预算) until another comparison comes.
        budget: which budget the sentence stated last, and whose.
        project: the project that the section or table speaks of.
        queue: subjects to be dealt out to the values after 分别.
        run: the subjects of the last list, for a second 分别.
        level, level_above: the last sum of the line and of the line above.
        mark: the style of the marks of the list's items.
        listed, items: the total whose parts stand in the lines of a list, and how many stood in the lines right above.
        above_line: the subject of the line above, which a line that opens with a comparison goes on with.
        part: whether the last sum was a part of the last announced total.
        assets: whether the section speaks of assets, whose values are no measures.
        as_of: the year of 截至…, which the counts of the section's next lines are of too.
    """

    __slots__ = (
        "above",
        "above_line",
        "as_of",
        "assets",
        "attributive",
        "brackets",
        "budget",
        "compare",
        "compared",
        "counted",
        "dealt",
        "default",
        "fallback",
        "following",
        "foreign",
        "head",
        "here",
        "inherited",
        "items",
        "last",
        "lead_in",
        "level",
        "level_above",
        "line_year",
        "listed",
        "lists",
        "mark",
        "part",
        "parts",
        "pending",
        "previous",
        "project",
        "queue",
        "recent",
        "run",
        "section",
        "start",
        "totals",
        "year",
        "year0",
    )  # fmt: skip

    def __init__(self, identity: Identity) -> None:
        self.year0 = identity.year
        self.default: Measure = "预算数" if identity.kind == "预算" else "决算数"
        self.year = self.line_year = identity.year
        self.section: int | None = None
        self.last: Subject | None = None
        self.head: Subject | None = None
        self.above: Subject | None = None
        self.fallback: Subject | None = None
        self.totals: list[Subject] = []
        self.inherited: Inherited | None = None
        self.lead_in = False
        self.compare = "上年"
        self.project: Subject | None = None
        self.queue: list[Subject] = []
        self.run: list[Subject] = []
        self.brackets: list[Bracket] = []
        self.budget: tuple[str, Subject] | None = None
        self.previous: Found | None = None
        self.pending: tuple[str, str | None, Subject | None] | None = None
        self.counted: Subject | None = None
        self.parts = 0
        self.part = False
        self.foreign = False
        self.compared = False
        self.dealt: tuple[str, int, str | None] | None = None
        self.level: Found | None = None
        self.level_above: Found | None = None
        self.listed: Subject | None = None
        self.mark: str | None = None
        self.items = 0
        self.lists: Inherited | None = None
        self.recent: list[Subject] = []
        self.here: list[Subject] = []
        self.start = 0
        self.attributive = False
        self.following: Account | None = None
        self.as_of: int | None = None
        self.assets = False
        self.above_line: Subject | None = None

    def clause_ends(self) -> None:
        """Forget a year that was said of one clause alone."""
        if self.attributive:
            self.year, self.attributive = self.line_year, False

    def new_line(self, mark: str | None = None) -> None:
        """Forget what does not outlive a line; another ``mark`` than the list's first item had ends the list."""
        if self.lead_in:
            self.mark = mark
        elif mark is not None and mark != self.mark:
            self.lists = self.listed = None
        self.above_line = self._resumed()
        self.lists = self.inherited if self.lead_in else self.lists
        self.inherited = self.lists
        self.lead_in = False
        self.level_above = self.level
        self.last = self.head = self.level = None
        self.compare = "上年"
        self.run = []
        self.parts = 0
        self.foreign = self.compared = False
        self.here = [self.listed] if self.lists is not None and self.listed else []

    def _resumed(self) -> Subject | None:
        """What a line that opens with a comparison goes on with: the line above, or the total that was listed there."""
        if self.lead_in:
            self.items, self.listed = 0, self.totals[-1] if self.totals else None
            return None
        plain = self.lists is not None and self.head is not None and self.head.scheme in _SIDES
        self.items = self.items + 1 if plain else 0
        return self.listed if self.items > 1 else self.head

    def new_sentence(self, stopped: bool) -> None:
        """Forget what does not outlive a sentence; ``stopped`` is false where it only ended at a semicolon."""
        self.queue = []
        self.brackets = []
        self.recent = []
        self.budget = None
        self.previous = self.pending = self.counted = None
        self.year = self.line_year
        if stopped:
            self.year = self.line_year = self.year0
            if self.parts > 1 and self.head:
                self.last = self.here[-1] if self.here else self.head
            self.parts = 0
            self.inherited = self.lists
            self.foreign = False


def make(
    value: Value, subject: Subject, measure: Measure, year: int | None, number: Decimal, unit: str,
    base: str | None, rule: str,
) -> Found:  # fmt: skip
    """A fact and why it is one."""
    start, end = value.start, value.end
    fact = Fact(
        start=start, end=end, subject=subject.name or None, code=subject.code, scheme=subject.scheme, measure=measure,
        year=year, value=number, unit=unit, base=base,
    )  # fmt: skip
    spans = ((start, end),) if subject.place is None else (subject.place, (start, end))
    return fact, Explanation(rule=rule, spans=spans)
