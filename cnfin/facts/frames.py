"""What the grammar carries from value to value, in frames with one lifetime each.

The document's year and measure hold for all of it, a :class:`Section` until the next heading, a :class:`Listing`
until its last item, a :class:`Line` until the next line of text, and :class:`Said` until the sentence ends. All
fields are assigned in this module alone: the rules of the grammar ask, and tell what happened by a method's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from cnfin.document import Identity, Measure, Period
from cnfin.facts.found import Found, Subject, default_measure
from cnfin.facts.words import Mark

_SIDES = frozenset(("收入", "支出"))
_AMOUNTS: frozenset[Measure] = frozenset(("决算数", "预算数", "年初预算数", "调整预算数"))
_BUDGETS: frozenset[Measure] = frozenset(("年初预算数", "预算数", "调整预算数"))
#: A total keeps at most so many totals above it.
_DEEPEST = 5
#: A line keeps so many of the totals that it announced.
_MOST_HERE = 50


class Inherited(msgspec.Struct, frozen=True, gc=False):
    """What the parts of a total take from it; a part is at most ``limit``, where that is known."""

    measure: Measure
    sign: int
    base: str | None
    year: int | None
    limit: Decimal | None = None


class Pending(msgspec.Struct, frozen=True, gc=False):
    """What a rate right behind a sum would be: its share of ``base``, or how far ``base`` was reached."""

    kind: str
    base: str | None
    subject: Subject | None


class Dealing(msgspec.Struct, frozen=True, gc=False):
    """The measure, sign and base that a list with 分别 gives all its values."""

    measure: Measure
    sign: int
    base: str | None


class Section(msgspec.Struct, gc=False):
    """What a heading says of the text under it.

    Attributes:
        number: the section's index.
        fallback: the line that the heading speaks of.
        assets: whether it speaks of assets, whose values are no measures.
        as_of: the year of 截至…, which the counts of the next lines are of too.
        plans, aims, gains: whether it speaks of what projects are to have, are to reach, or brought.
    """

    number: int | None = None
    fallback: Subject | None = None
    assets: bool = False
    as_of: int | None = None
    plans: bool = False
    aims: bool = False
    gains: bool = False


class Listing(msgspec.Struct, gc=False):
    """A list whose items are lines of their own.

    Attributes:
        parts: what its items take from the total.
        total: the total.
        mark: the style of the marks of its items.
        items: how many items stood in the lines right above.
    """

    parts: Inherited | None = None
    total: Subject | None = None
    mark: str | None = None
    items: int = 0


class Line(msgspec.Struct, gc=False):
    """What a line of text has said so far.

    Attributes:
        last, head: the subject of the last fact, and of the first.
        level: the last sum that may be divided; level_above: that of the line above, until a sentence has passed.
        above: the subject that a line which opens with a comparison goes on with.
        compare: what a change is measured against until another comparison comes; compared: whether one came.
        run: the subjects of the last list with 分别, for a second one.
        inherited: what the parts of the last announced total take; parts: how many came; stated: in how many sums.
        here: the totals announced on this line.
        foreign: whether the text went on to speak of something else.
        year: the year that the line's sentences speak of.
        project: the project whose item of a list the line, or its sentence, opens with.
    """

    year: int | None = None
    project: Subject | None = None
    last: Subject | None = None
    head: Subject | None = None
    level: Found | None = None
    level_above: Found | None = None
    above: Subject | None = None
    compare: str = "上年"
    compared: bool = False
    run: list[Subject] = msgspec.field(default_factory=list)
    inherited: Inherited | None = None
    parts: int = 0
    stated: int = 0
    part: bool = False
    here: list[Subject] = msgspec.field(default_factory=list)
    foreign: bool = False


class Said(msgspec.Struct, gc=False):
    """What a sentence has said so far.

    Attributes:
        start: where it begins.
        year: the year of the clause; attributive: whether only of this clause (对2021年查处的…).
        queue: subjects to be dealt out to the values after 分别; years: their years, where they differ; dealing: what
            these values are.
        brackets: what held before each open bracket.
        recent: the subjects of its sums so far.
        budget: which budget it stated last, and whose.
        previous: its last fact; counted: what it counted last; before: what was counted before the semicolon.
        pending: what a rate right behind the last sum would be.
        counting: the year of the counts that a reason gives, where it names one.
        planned: the budget word before the last count (年初批复5个项目A).
    """

    start: int = 0
    year: int | None = None
    attributive: bool = False
    queue: list[Subject] = msgspec.field(default_factory=list)
    years: list[int] = msgspec.field(default_factory=list)
    dealing: Dealing | None = None
    brackets: list[Bracket] = msgspec.field(default_factory=list)
    recent: list[Subject] = msgspec.field(default_factory=list)
    budget: tuple[str, Subject] | None = None
    previous: Found | None = None
    counted: Subject | None = None
    before: Subject | None = None
    pending: Pending | None = None
    counting: int | None = None
    planned: Mark | None = None


class Bracket(msgspec.Struct, gc=False):
    """What held before a bracket opened, and how many facts stand in it."""

    start: int
    year: int | None
    last: Subject | None
    inherited: Inherited | None
    totals: list[Subject]
    here: list[Subject]
    counted: Subject | None
    values: int = 0


class Frames:
    """All that is carried through one document.

    Attributes:
        year, unit: the document's; default: the measure of a plain sum in it.
        section, listing, line, said: the frames.
        above: the subject of a heading or line that only names it, for lines that name none.
        entitled: the project that the section or form speaks of.
        totals: the totals announced so far, outermost first.
        aims: whether the line opened with words for what is to be reached (应实现的绩效目标。).
        lead_in: whether the line above announced that its parts follow.
        evaluation: of what the document is an evaluation report (绩效自评) by its title: 整体 or 项目, else None.
    """

    __slots__ = (
        "above", "aims", "default", "entitled", "evaluation", "lead_in", "line", "listing", "said", "section",
        "totals", "unit", "year",
    )  # fmt: skip

    def __init__(self, identity: Identity) -> None:
        self.year = identity.year
        self.unit = identity.unit
        self.default = default_measure(identity)
        self.section = Section()
        self.listing = Listing()
        self.line = Line(identity.year)
        self.said = Said(year=identity.year)
        self.above: Subject | None = None
        self.entitled: Subject | None = None
        self.totals: list[Subject] = []
        self.lead_in = False
        self.aims = False
        self.evaluation: Literal["整体", "项目"] | None = None

    @property
    def project(self) -> Subject | None:
        """The project that the line's item is of, or else the section or the form."""
        return self.line.project or self.entitled

    @property
    def on_project(self) -> bool:
        """Whether the text speaks of one project."""
        of = self.project or self.line.last or self.above
        return of is not None and of.scheme == "项目"

    # Lifetimes

    def new_section(self, section: Section, own_heading: bool) -> None:
        """What was announced above no longer holds; ``own_heading``: the heading just read carries on."""
        self.section = section
        self.listing.parts = None
        self.line.head = None
        if not own_heading:
            self.above = None

    def new_line(self, mark: str | None) -> None:
        """A new line; another ``mark`` than the list's first item had ends the list."""
        listing, line = self.listing, self.line
        if self.lead_in:
            listing.mark = mark
        elif mark is not None and mark != listing.mark:
            listing.parts = listing.total = None
        above = self._resumed()
        if self.lead_in:
            listing.parts = line.inherited
        here = [listing.total] if listing.parts is not None and listing.total else []
        self.line = Line(
            self.year, level_above=line.level, above=above, inherited=listing.parts, part=line.part, here=here
        )
        self.lead_in = False

    def _resumed(self) -> Subject | None:
        """What a line that opens with a comparison goes on with: the line above, or the total that was listed there."""
        listing, head = self.listing, self.line.head
        if self.lead_in:
            listing.items, listing.total = 0, self.totals[-1] if self.totals else None
            return None
        plain = listing.parts is not None and head is not None and head.scheme in _SIDES
        listing.items = listing.items + 1 if plain else 0
        return listing.total if listing.items > 1 else head

    def new_sentence(self, start: int, stopped: bool) -> None:
        """A new sentence; ``stopped`` is false where the one before only ended at a semicolon."""
        line = self.line
        if stopped:
            line.year = self.year
            if line.parts > 1 and line.head:
                line.last = line.here[-1] if line.here else line.head
            line.parts = line.stated = 0
            line.inherited = self.listing.parts
            line.foreign = False
        said = Said() if stopped else self.said
        self.said = Said(start, line.year, brackets=said.brackets, before=said.counted or said.before)

    def passed(self) -> None:
        """A sentence has been read: what the line above stated is no longer divided."""
        self.line.level_above = None

    def announces_parts(self) -> None:
        """A sentence ended with a colon, and its parts follow."""
        line = self.line
        if self.evaluation and line.level and line.inherited is None:
            # 兑现资金A。分方向看：and a list in the lines below
            self.announces(line.level)
        self.lead_in = True

    def clause_ends(self) -> None:
        """Forget a year that was said of one clause alone."""
        if self.said.attributive:
            self.said.year, self.said.attributive = self.line.year, False

    # Headings and other lines without values

    def evaluates(self, projects: bool) -> None:
        """The document's title is that of an evaluation report, on projects or on the whole unit."""
        self.evaluation = "项目" if projects else "整体"

    def headed(self) -> None:
        """A heading: the subject of the line above no longer holds."""
        self.above = None

    def names_project(self, project: Subject | None) -> None:
        """A heading, a title or a form names the project of what follows, or ends it (None)."""
        self.entitled = project

    def sets_aims(self, aims: bool) -> None:
        """A line opens with words for what is to be reached, or a new line with others."""
        self.aims = aims

    def opens_with(self, project: Subject) -> None:
        """A sentence opens with the name of a project: an item of a list of projects (一是护林防火项目，…)."""
        line = self.line
        line.project = line.last = project
        line.inherited, line.parts, line.stated, line.foreign = None, 0, 0, False

    def carries(self, subject: Subject) -> None:
        """A line that only names a 科目 or a project gives it to the text below."""
        self.above = self.line.last = subject

    def resumes_total(self) -> None:
        """其中：B、C；比上年增加D: the total goes on."""
        self.line.last = self.line.here[-1] if self.line.here else self.line.head

    # Years and comparisons

    def dates(self, period: Period, leading: bool, attributive: bool) -> None:
        """The text goes on to speak of another year; ``leading``: the year opens the sentence."""
        said = self.said
        said.year, said.attributive = period.year, attributive
        if leading and not attributive:
            self.line.year = period.year

    def as_of(self, year: int | None) -> None:
        """The counts that follow are those at the end of ``year``."""
        self.section.as_of = year

    def compares(self, against: str, year: int | None) -> None:
        """A comparison with ``against`` was read, and what changed is ``year``'s."""
        self.line.compare = against
        self.said.year = year

    def compared(self, against: str | None = None) -> None:
        """Words of a comparison were read, with ``against`` where it is known."""
        self.line.compared = True
        if against is not None:
            self.line.compare = against

    # What a value said

    def speaks_of(self, subject: Subject | None) -> None:
        """The text goes on with ``subject``."""
        self.line.last = subject

    def resumes(self) -> None:
        """A line was named again: the text speaks of the accounts."""
        self.line.foreign = False

    def digresses(self, forgets: bool = False) -> None:
        """The text went on to something else; ``forgets``: a rate behind it goes on with nothing before."""
        self.line.foreign = True
        if forgets:
            self.said.previous = None

    def priced(self) -> None:
        """A price or an average, which does not end what the text speaks of."""
        self.said.previous = None

    def expects(self, pending: Pending | None) -> None:
        """What a rate right behind would be."""
        self.said.pending = pending

    def budgets(self, base: str, subject: Subject) -> None:
        """The sentence stated the budget ``base`` of ``subject``."""
        self.said.budget = (base, subject)

    def states(self, found: Found, subject: Subject, divisible: bool = True) -> None:
        """A sum was stated; ``divisible``: parts may follow it."""
        line, said = self.line, self.said
        said.previous = found
        line.last = subject
        line.head = line.head or subject
        if found[0].measure in _AMOUNTS and divisible:
            if not self._plans(found):
                line.level = found
            line.part = line.inherited is not None
            if line.inherited and not (said.recent and said.recent[-1].name == subject.name):
                line.parts += 1
            line.stated += line.inherited is not None
            said.recent.append(subject)
        elif line.inherited and found[0].measure == line.inherited.measure:
            line.parts += 1
            line.stated += 1

    def _plans(self, found: Found) -> bool:
        """Whether it is the budget of the outturn just stated: 支出决算A，年初预算B，其中：… divides the outturn."""
        level, fact = self.line.level, found[0]
        if level is None or fact.measure not in _BUDGETS or self.default != "决算数":
            return False
        before = level[0]
        return (before.measure, before.subject, before.year) == ("决算数", fact.subject, fact.year)

    def rates(self, found: Found, subject: Subject, dealing: Dealing) -> None:
        """A rate was stated."""
        line, said = self.line, self.said
        said.previous = found
        said.dealing = dealing
        # A share leaves alone where the line was named; the text may go on with its place.
        if line.last is None or dealing.measure != "占比" or line.last.name != subject.name:
            line.last = subject
        line.head = line.head or subject

    def counts_in(self, year: int) -> None:
        """A reason names the year of the counts that follow."""
        self.said.counting = year

    def counts(self, subject: Subject, foreign: bool, planned: Mark | None) -> None:
        """Things were counted, behind the budget word ``planned``."""
        self.said.planned = planned
        self.line.foreign = self.line.foreign or foreign
        self.said.counted = subject
        self.said.previous = None

    def deals(self, dealing: Dealing) -> None:
        """The first value of a list with 分别 was read: the others are alike."""
        self.said.dealing = dealing

    def dealt(self, found: Found, subject: Subject, summed: bool) -> None:
        """The next value of such a list was read."""
        self.line.last = subject
        if summed:
            self.said.recent.append(subject)
        self.said.previous = found

    def next_in_queue(self) -> Subject:
        """The next subject of a list with 分别, which it takes off, and its year."""
        if self.said.years:
            self.said.year = self.said.years.pop(0)
        return self.said.queue.pop(0)

    def enqueues(self, names: list[Subject], years: Sequence[int] = ()) -> None:
        """Names were listed, to be given to the values that follow."""
        self.said.queue = list(names)
        self.said.years = list(years)
        self.line.run = list(names)
        self.said.dealing = None

    def drops_queue(self) -> None:
        """What follows no longer belongs to the list."""
        self.said.queue, self.said.years = [], []

    # Totals and brackets

    def inherits(self, inherited: Inherited) -> None:
        """The values that follow are parts."""
        self.line.inherited = inherited

    def announces(self, found: Found) -> None:
        """The sum just stated is the total of what follows."""
        fact = found[0]
        self.line.inherited = Inherited(fact.measure, 1, None, fact.year)
        self.totals_to(Subject(fact.subject or "", fact.code, fact.scheme, (fact.start, fact.end)))

    def totals_to(self, subject: Subject) -> None:
        """``subject`` is the total of what follows."""
        names = [total.name for total in self.totals]
        if subject.name in names:
            del self.totals[names.index(subject.name) :]
        elif subject.scheme == "收支" or len(names) >= _DEEPEST:
            self.totals.clear()
        self.totals.append(subject)
        here = self.line.here
        here.append(subject)
        del here[:-_MOST_HERE]

    def opens(self, start: int) -> None:
        """A bracket opens."""
        line, said = self.line, self.said
        said.brackets.append(
            Bracket(start, said.year, line.last, line.inherited, list(self.totals), list(line.here), said.counted)
        )

    def closes(self) -> None:
        """The last bracket closes: the text goes on where it was before it."""
        line, said = self.line, self.said
        bracket = said.brackets.pop()
        said.year = bracket.year
        if bracket.values:
            line.last, said.counted, line.foreign = bracket.last, bracket.counted, False
        line.inherited = bracket.inherited
        self.totals[:] = bracket.totals
        line.here[:] = bracket.here

    def enclosed(self) -> None:
        """A fact stands in the open bracket."""
        self.said.brackets[-1].values += 1
