"""What the title, the heads and the labels of a table say of its values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, cast

from cnfin.document import Division, Flow, Funds, Identity
from cnfin.facts.found import Subject
from cnfin.facts.labels import Column, Labels
from cnfin.facts.words import Words
from cnfin.marks import LOOSE
from cnfin.tables.words import BLANK, TOTALS

MARK = re.compile(rf"^(?:其中[:：,，\-—－]?|{LOOSE}|[\-—－\s*＊])+")
_UNIT = re.compile(r"[（(][^（）()]*元[）)]$")
_SUFFIX = re.compile(r"(?<=..)(?:年初|全年|调整)?(?:预算|决算|执行)数?$")
_SUM = re.compile(r"(?<=..)(?:支出|经费)?(?:总额|合计|小计|总计)$")
_TOTAL = re.compile(r"(?<=..)(?:总额|合计|小计|总计)$")
_YEAR = re.compile(r"^(?:19|20)\d\d年度?|^[本当]年度?(?=[预决]算)")
_THIS = re.compile("^[本当]年度?(?=...)")
_QUOTES = str.maketrans("()", "（）", "“”\"'‘’")
#: Titles whose tables are of no side of the accounts as a whole.
_APART = re.compile("三公|机关运行|采购|绩效|自评|目标|资产|会议费|培训费")
#: Forms of single projects.
_FORM = re.compile("绩效|自评|目标")
#: Forms of what is to be reached, which a budget holds.
_AIMS = re.compile("绩效目标(?!.*(?:自评|完成|评价))")
_OF_PROJECT = re.compile(
    "(.{3,30}?)(?:项目)?(?:支出|资金)?(?:绩效)+(?:目标)?(?:自评|评价|完成情况)*(?:结果)?(?:情况)?表"
)
#: Titles that name a form and no project.
_NO_PROJECT = re.compile("(?:财政|部门|单位|整体|专项|预算|项目|支出|资金|年度|政策|重点|本级|转移支付|区域)+")
_BUDGET = re.compile(r"预算(?!财政|拨款|收支决算|收入决算|支出决算)")
#: 财政拨款 as a head or a label names the money, 财政拨款收入 a line of income.
_LINE = re.compile("收入|支出|结转|结余")
_SIDES = frozenset(("收入", "支出"))
#: Kinds of heads over names, not values: 项目 is no 项目支出 there.
_NAMES = frozenset(("name", "code", "number", "owner", "text"))
_LABEL = re.compile(
    r"^(?:年度|项目|本年|当年|全年)?(?:资金|预算)?(?:申请)?(?:总额|合计|总计|小计)$|^(?:年度|项目)+资金|^资金总额"
    r"|预算执行情况"
)


class Said(NamedTuple):
    """What a text says of a value.

    Attributes:
        column: the measure with its year, sign and base.
        line: the budget line it names.
        flow, funds, division: the place in the accounts that it names.
        total: whether it only means the whole (合计).
    """

    column: Column | None = None
    line: Subject | None = None
    flow: Flow | None = None
    funds: Funds | None = None
    division: Division | None = None
    total: bool = False


NOTHING = Said()


class Title(NamedTuple):
    """What a table's title says of all its values.

    Attributes:
        side: 收入 or 支出 where the whole table is of one side.
        funds, division: whose money, which part; 全部 where the title means whole sides and names no money.
        whole: what the row 合计 is of, where the title names it.
        measure: 决算数 or 预算数 where the title says which.
        assets: whether the table counts assets.
    """

    side: Flow | None
    funds: Funds | None
    division: Division | None
    whole: Subject | None
    measure: str | None
    assets: bool


class Headings:
    """Reads titles, heads and labels, and remembers them: they come again and again."""

    def __init__(self, identity: Identity, words: Words) -> None:
        self.words = words
        self.labels = Labels(identity, words)
        self.unsaid = identity.kind is None
        self._known: dict[str, Said] = {}
        self._paths: dict[tuple[str, ...], Said] = {}

    def said(self, text: str) -> Said:
        """What a head or a label says."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def over(self, heads: tuple[str, ...]) -> Said:
        """What the heads over a column say together: each adds to those above it, the lowest says the measure."""
        if heads not in self._paths:
            self._paths[heads] = self._together([self._head(head) for head in heads])
        return self._paths[heads]

    def _head(self, text: str) -> Said:
        """What a head says; 国有资本经营预算支出 over a column is the money's total, not the line of that name."""
        said = self.said(text)
        if said.line is not None and said.line.scheme == "功能分类" and (funds := self._money(BLANK.sub("", text))):
            return Said(said.column, flow="支出", funds=funds, total=True)
        return said

    def _together(self, all_said: Iterable[Said]) -> Said:
        found = NOTHING
        for one in all_said:
            line = found.line
            if one.line is not None:
                line = one.line
            elif line is not None and (one.funds or one.division) and self.is_total(line):
                line = None  # 一般公共预算 under 本年收入 is another total
            found = Said(
                _both(found.column, one.column), line, one.flow or found.flow, _narrower(one.funds, found.funds),
                one.division or found.division, one.total,
            )  # fmt: skip
        return found

    def is_total(self, line: Subject) -> bool:
        """Whether a line is the whole of a side, of a money or of a division."""
        return self.words.lines.of(line.name, line.code, line.scheme).line in ("合计", "总计")

    def _read(self, text: str) -> Said:
        bare = MARK.sub("", BLANK.sub("", text)).rstrip(":：")
        bare = _UNIT.sub("", bare).translate(_QUOTES)
        column = self.labels.column(BLANK.sub("", text))
        if bare in TOTALS or _LABEL.search(bare):
            return Said(column, total=True)
        if self.words.tables.kind(bare) in _NAMES or bare in _SIDES:
            side = bare[:2]
            return Said(column, flow=cast(Flow, side) if side in _SIDES else None)
        if (name := self._named(bare)) is None:
            # 采购金额, 统计数: sums that no further word tells apart.
            flow, total = column.flow if column else None, self.words.tables.kind(bare) == "measure"
            return Said(column, flow=flow, funds=self._money(bare), total=total)
        if column is not None and column.base and bare in self.words.readings:
            column = None  # 结余 in the name of a line tells of no change
        own = self.words.lines.of(name.name, name.code, name.scheme)
        if name.scheme in ("收入", "支出") and not _LINE.search(bare) and own.funds not in (None, "全部"):
            return Said(column, funds=own.funds)
        classes = name.scheme in ("功能分类", "经济分类")
        flow = None if classes or (name.scheme == "项目") else own.flow
        return Said(column, name, flow, own.funds, own.division)

    def _named(self, bare: str) -> Subject | None:
        """The line that a text names, once its year, measure and word for a total are put aside."""
        for form in _forms(bare):
            if item := self.words.car_costs.get(form) or self.words.travel.get(form):
                return Subject(item, None, "三公经费")
            if known := self.words.readings.get(form, ()):
                # 公务接待费 as a head is an item of 三公经费, not of the economic classification.
                best = min(known, key=lambda reading: reading.scheme != "三公经费")
                return Subject(best.name, best.code or None, best.scheme)
        return None

    def _money(self, bare: str) -> Funds | None:
        named = {funds for _, funds in self.words.moneys.named(bare, 0, len(bare))}
        return named.pop() if len(named) == 1 and len(bare) < 20 else None

    def form_of(self, title: str) -> str | None:
        """The project that the title of a form names (水库除险绩效自评表), or None."""
        bare = _YEAR.sub("", BLANK.sub("", title))
        found = _OF_PROJECT.fullmatch(bare)
        return found[1].removesuffix("项目") if found and not _NO_PROJECT.fullmatch(found[1]) else None

    def title(self, title: str) -> Title:
        """What a table's title says."""
        bare = BLANK.sub("", title).translate(_QUOTES)
        apart = _APART.search(bare) is not None
        income, spending = "收入" in bare or "收支" in bare, "支出" in bare or "收支" in bare
        side: Flow | None = None if income == spending else ("收入" if income else "支出")
        if _FORM.search(bare):
            side = None
        moneys = {funds for _, funds in self.words.moneys.named(bare, 0, len(bare))}
        funds: Funds | None = moneys.pop() if len(moneys) == 1 else None
        if funds is None and not apart and (income or spending):
            funds = "全部"
        division: Division | None = None
        if not apart and side == "支出":
            division = "基本支出" if "基本支出" in bare else ("项目支出" if "项目支出" in bare else None)
        aims = self.unsaid and _AIMS.search(bare) is not None
        measure = "决算数" if "决算" in bare else ("预算数" if _BUDGET.search(bare) or aims else None)
        named = self.words.titled(title)
        whole = Subject(named[0], None, named[1]) if named else None
        if side and not apart and (line := self.words.lines.name("合计", side, funds, division)):
            whole = Subject(line, None, side)
        elif side and not apart and funds == "全部" and division:
            whole = Subject(division, None, "支出")
        return Title(side, funds, division, whole, measure, "资产" in bare)


def _forms(bare: str) -> list[str]:
    """The forms in which a name may be known: as written, then without year, measure and word for a total."""
    forms = [bare]
    for pattern in (_YEAR, _SUFFIX, _TOTAL, _SUM, _THIS):
        forms += [shorter for form in list(forms) if (shorter := pattern.sub("", form)) != form]
    return [form for form in forms if form not in _SIDES]


def _both(above: Column | None, below: Column | None) -> Column | None:
    """The measure of two heads, one under the other: 2021年 over 预算数 gives the year, the lower one the measure."""
    if above is None or below is None:
        return below or above
    column = below if below.measure else above
    return column._replace(year=below.year if below.year is not None else above.year)


def _narrower(below: Funds | None, above: Funds | None) -> Funds | None:
    return below if below not in (None, "全部") else (above or below)
