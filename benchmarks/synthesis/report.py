"""What every section writer works with: a page, the unit's figures, the document's habits, and planted errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from . import accounts
from .accounts import Place
from .dice import Dice, percent
from .ledger import Ledger
from .misprints import OTHERS, Plan
from .stock import Sector
from .writer import Gold, Page, Subject, plain_number

_SLOT = re.compile(
    r"<(?P<kind>[mp]?)(?P<low>\d+)-(?P<high>\d+)(?P<unit>[^|>]*)\|?(?P<what>[^>]*)>|\[(?P<name>[^\]]+)\]"
)
CHINESE = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Habits:
    """How one document writes: fixed for the document, different between documents."""

    unit: str  # 万元 or 元
    digits: int  # decimals of 万元 that the figures have
    strip: bool  # 12.5 rather than 12.50
    commas: bool
    gap: str  # between number and unit
    rate_digits: int
    rate_strip: bool
    span: str  # 年 or 年度
    chain: int  # see accounts.chain
    compare: str  # what a change is introduced with
    verbs: tuple[str, str, str, str]  # rise and fall of an amount, rise and fall of a rate
    spent: str  # between a subject and its final amount
    done: str  # before a completion rate of the budget first approved
    of: str  # 的 or nothing in 完成年初预算(的)90%
    bases: tuple[int, ...]  # ways of budgeting, see compare.budgeted
    three: str  # how 三公经费 is written
    cue: str


class Report:
    """A document in the making."""

    def __init__(self, dice: Dice, sector: Sector, unit: str, place: Place, year: int, kind: str, habits: Habits,
                 ledger: Ledger, plan: Plan) -> None:  # fmt: skip
        self.page = Page()
        self.dice, self.sector, self.unit, self.year, self.kind = dice, sector, unit, year, kind
        self.habits, self.ledger, self.plan = habits, ledger, plan
        self.measure = "决算数" if kind == "决算" else "预算数"
        self.lines = ledger.lines
        self.name = dice.pick((unit, "本部门", "本单位", "我" + unit[-1] if unit[-1] in "局院" else "本单位"))
        self.levels = [0] * 5
        self.item = 4  # heading level of list items
        self.told: set[str] = set()  # what was already said with its count
        self.numbering = dice.below(4)
        self.place = place
        self.entity = ""  # 部门 or 单位 where the title must say which

    # -- lines and headings -------------------------------------------------------------------------------------
    def say(self, text: str) -> None:
        """Write a paragraph."""
        self.page.line(text)

    def head(self, level: int, text: str) -> str:
        """A numbered heading text of ``level`` 1 to 5; the caller writes it."""
        self.levels[level - 1] += 1
        self.levels[level:] = [0] * (5 - level)
        number = self.levels[level - 1]
        chinese = CHINESE[number] if number <= 10 else "十" + CHINESE[number - 10].replace("零", "")
        marks = (
            f"第{chinese}部分 ", f"{chinese}、", f"（{chinese}）" if self.numbering != 2 else f"({chinese})",
            (f"{number}.", f"{number}、", f"（{number}）", f"{number}．")[self.numbering],
            f"（{number}）" if self.numbering != 2 else chr(0x245F + number) if number <= 20 else f"{number}.",
        )  # fmt: skip
        return marks[level - 1] + text

    def title(self, level: int, text: str) -> None:
        """Write a heading line."""
        self.say(self.head(level, text))

    def dated(self, level: int, text: str) -> None:
        """Write a heading that begins with the document's year; may be left over from another year or unit."""
        year = self.when()
        if self.plan.plant("year", "heading of another year"):
            year = self.page.finding(self.when(self.year - 1), "year", f"应为{self.year}")
        elif self.plan.plant("name", "heading of another unit"):
            other = self.plan.dice.pick([name for name in OTHERS if name != self.unit])
            year = self.page.finding(other, "name", f"应为{self.unit}") + year
        self.title(level, year + text)

    # -- spans --------------------------------------------------------------------------------------------------
    def subject(self, name: str) -> Subject:
        """The canonical line called ``name``; codes of either classification are taken as such."""
        if name.isdigit():
            if (len(name) == 5 and name[0] == "3") or name in ("301", "302", "303", "310"):
                return Subject(accounts.economic()[name], name, "经济分类")
            return accounts.line(name, self.year)
        return accounts.terms()[name]

    def acc(self, name: str, text: str = "") -> str:
        """A mention of a budget line, written as ``text`` (or by its canonical name)."""
        subject = self.subject(name)
        if name == "三公经费" and not text:
            text = self.habits.three
        fields = {"label": "科目", "name": subject.name, "code": subject.code, "scheme": subject.scheme}
        return self.page.mark(text or subject.name or "", fields)

    def chain(self, code: str) -> str:
        """A mention of a functional line by its chain."""
        subject = accounts.line(code, self.year)
        fields = {"label": "科目", "name": subject.name, "code": code, "scheme": "功能分类"}
        text = accounts.chain(code, self.year, self.habits.chain)
        middle, style = accounts.line(code[:5], self.year).name or "", self.habits.chain
        if len(code) == 7 and style in (0, 1, 2, 4) and self.plan.plant("line", subject.name):
            other = self.plan.dice.pick([name for name in accounts.middles(self.year, code) if name not in text])
            note = f"{other}（款）不含{subject.name}（项）"
            return self.page.finding(self.page.mark(text.replace(middle, other, 1), fields), "line", note)
        return self.page.mark(text, fields)

    def fact(self, subject: Subject, measure: str, year: int, value: Decimal, unit: str, base: str | None) -> Gold:
        """The gold line of a fact, its offsets left to the page."""
        return {"subject": subject.name, "code": subject.code, "scheme": subject.scheme, "measure": measure,
                "year": year, "value": plain_number(value), "unit": unit, "base": base}  # fmt: skip

    def figure(self, value: int, unit: str = "") -> tuple[str, Decimal]:
        """An amount as this document prints it, and what the print says in 万元."""
        habits = self.habits
        given = Decimal(value).scaleb(-habits.digits)
        shift = 4 if habits.unit == "元" else 0
        printed = given.scaleb(shift)
        decimals = max(0, habits.digits - shift)
        text = f"{printed:,.{decimals}f}" if habits.commas else f"{printed:.{decimals}f}"
        if (habits.strip or not value) and "." in text:
            text = text.rstrip("0").rstrip(".")
        unit = unit or habits.unit
        wan = printed if unit == "万元" else printed.scaleb(-4)
        return text + habits.gap + unit, wan

    def money(self, value: int, name: str | Subject = "", measure: str = "", year: int = 0, base: str | None = None,
              sign: int = 1, unit: str = "", approx: bool = False) -> str:  # fmt: skip
        """An amount said of the line ``name``; without a name it is 其他.

        Args:
            value: in the document's smallest unit, not negative.
            sign: -1 for a fall or a cut.
            unit: another unit than the document's, for a planted error.
        """
        text, wan = self.figure(value, unit)
        subject = self.subject(name) if isinstance(name, str) and name else name or Subject(None)
        measure = measure or (self.measure if subject.name else "其他")
        fact = self.fact(subject, measure, year or self.year, wan * sign, "万元", base)
        fields: Gold = {"label": "金额", "wan": plain_number(wan)} | ({"approx": True} if approx else {})
        return self.page.mark(text, fields, fact)

    def stated(self, name: str, text: str = "", value: int | None = None) -> str:
        """A line and its amount: 项目支出12.5万元."""
        return self.acc(name, text) + self.money(self.lines[name].now if value is None else value, name)

    def rate_text(self, value: Decimal) -> str:
        """A percentage as this document prints it."""
        text = f"{abs(value):.{self.habits.rate_digits}f}"
        if self.habits.rate_strip or value in (0, 100):
            text = text.rstrip("0").rstrip(".") if "." in text else text
        return text + ("%" if not self.habits.gap else " %")

    def rate(self, value: Decimal, subject: Subject, measure: str, base: str | None, year: int = 0) -> str:
        """A percentage said of ``subject``; the sign of ``value`` belongs to the fact, not to the print."""
        fields = {"label": "百分比", "percent": plain_number(abs(value)), "unit": "%"}
        return self.page.mark(
            self.rate_text(value), fields, self.fact(subject, measure, year or self.year, value, "%", base)
        )

    def count(self, number: int, unit: str, what: str, noun: str = "", year: int = 0, more: str = "") -> str:
        """A count of ``what``; with ``noun`` it is written 13个项目 and the noun is part of the span.

        Without ``what`` (a score) it is 其他. ``more`` is 余 or 多 after a rough number.
        """
        measure = "数量" if what else "其他"
        fact = self.fact(Subject(what or None), measure, year or self.year, Decimal(number), unit, None)
        fields: Gold = {"label": "数量", "number": number, "unit": unit} | ({"approx": True} if more else {})
        return self.page.mark(f"{number}{more}{unit}{noun}", fields, fact)

    def when(self, year: int = 0, suffix: str = "") -> str:
        """A year: 2020年 or 2020年度."""
        year = year or self.year
        return self.page.mark(f"{year}{suffix or self.habits.span}", {"label": "年度", "year": year})

    def day(self, year: int, month: int, day: int) -> str:
        """A full date."""
        date = f"{year}-{month:02}-{day:02}"
        return self.page.mark(f"{year}年{month}月{day}日", {"label": "年度", "year": year, "date": date})

    def number(self, text: str) -> str:
        """The number of an official document."""
        return self.page.mark(text, {"label": "文号"})

    # -- narrative ----------------------------------------------------------------------------------------------
    def pick(self, slot: str) -> str:
        """A phrase of the stock, its slots filled."""
        return _SLOT.sub(self._slot, self.dice.pick(self.sector.phrases[slot]))

    def _slot(self, match: re.Match[str]) -> str:
        if match["name"]:
            return self.acc(match["name"])
        number = self.dice.scale(int(match["low"]), int(match["high"]))
        if match["kind"] == "p":
            value = Decimal(self.dice.between(int(match["low"]) * 10, int(match["high"]) * 10)) / 10
            return self.rate(value, Subject(None), "其他", None)
        if match["kind"] == "m":
            if self.dice.chance(15):
                return "约" + self.money(number * self.ledger.unit, approx=True)
            return self.money(number * self.ledger.unit + self.dice.below(self.ledger.unit))
        if number > 100 and self.dice.chance(15):
            return self.count(number // 10 * 10, match["unit"], match["what"], more="余")
        return self.count(number, match["unit"], match["what"])

    def deed(self) -> str:
        """Something done, with its count; never the same twice in a document, which could contradict itself."""
        acts, objects = self.sector.phrases["act"], self.sector.phrases["object"]
        for _ in range(40):
            own = self.dice.chance(35)
            text = self.dice.pick(acts) if own else self.dice.pick(self.sector.phrases["general_act"])
            text = text.replace("{o}", self.dice.pick(objects))
            key = text.split("|")[-1]
            if key not in self.told:
                self.told.add(key)
                return _SLOT.sub(self._slot, text)
        return f"{self.pick('object')}各项任务如期完成"

    def purpose(self) -> str:
        """What money was used for, after 主要用于."""
        one, use = self.pick("object"), self.pick("use")
        return self.dice.pick(
            (f"{one}和{use}", f"{one}所需的{use}", f"{one}、{self.pick('object')}及{use}", f"{use}等{one}开销")
        )

    def because(self, rise: bool, kind: str = "") -> str:
        """A reason with its cue, as a clause without a closing stop."""
        way = "up" if rise else "down"
        dice = self.dice
        first = self.pick(f"{kind}_{way}") if kind else self.pick(way)
        cue = dice.pick(self.sector.phrases[f"cue_{way}"]) if dice.chance(70) else self.habits.cue
        shape = dice.below(5)
        if shape == 0:
            return self.page.role(f"{cue.rstrip('是：')}：一是{first}；二是{self.pick('more_' + way)}", "原因说明")
        if shape == 1:
            return self.page.role(f"{cue}{first}，同时{self.pick('more_' + way)}", "原因说明")
        if shape == 2:
            return self.page.role(f"由于{first}所致", "原因说明")
        return self.page.role(cue + (first if dice.chance(60) else f"{first}，{self.pick('more_' + way)}"), "原因说明")

    # -- figures that belong together ---------------------------------------------------------------------------
    def share(self, name: str | Subject, value: int, whole: int, base: str) -> str:
        """The share of ``value`` in the line ``base``; may be misprinted."""
        subject = self.subject(name) if isinstance(name, str) else name
        true = percent(value, whole, self.habits.rate_digits) if whole else Decimal(0)
        if 0 < value < whole and self.plan.plant("share", subject.name):
            stated = self.plan.wrong_rate(true, self.slack(value, whole), self.habits.rate_digits)
            note = f"{self.figure(value)[0]}÷{self.figure(whole)[0]}={true}%，印作{stated}%"
            return self.page.finding(self.rate(stated, subject, "占比", base), "share", note)
        return self.rate(true, subject, "占比", base)

    def slack(self, *values: int) -> Decimal:
        """How far, relatively, the rounding of printed amounts may move a ratio of them."""
        moved = Decimal(0)
        for value in values:
            digits = self.figure(value)[0].replace(",", "")
            number = Decimal(re.match(r"[\d.]+", digits)[0])  # type: ignore[index]
            moved += Decimal(5).scaleb(int(number.as_tuple().exponent) - 1) / max(number, Decimal("0.01"))
        return moved
