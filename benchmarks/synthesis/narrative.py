"""The parts without budget figures: notices, duties, organisation, the year's work, faults and remedies."""

from __future__ import annotations

from .matters import remedy, trouble
from .report import Report

FIRST = ("一是", "二是", "三是", "四是", "五是", "六是")


def masthead(r: Report) -> None:
    """Navigation left by a web page, the title, and sometimes a table of contents."""
    dice = r.dice
    for _ in range(dice.below(3)):
        r.say(r.pick("debris"))
    title = dice.pick(("部门{kind}公开", "部门{kind}", "部门{kind}情况说明", "单位{kind}公开")).format(kind=r.kind)
    if r.entity:
        title = r.entity + title[2:]
    r.say(f"{r.unit}{r.when()}{title}")
    if dice.chance(40):
        month = dice.between(8, 10) if r.kind == "决算" else dice.between(1, 3)
        year = r.year + 1 if r.kind == "决算" else r.year
        r.say(f"公开时间：{r.day(year, month, dice.between(1, 28))}")


def duties(r: Report) -> None:
    """主要职责 as a numbered list; every duty is put together from the field's own objects."""
    for number in range(1, r.dice.between(6, 16)):
        r.say(f"（{number}）{_duty(r)}。" if r.numbering else f"{number}.{_duty(r)}；{_duty(r)}。")


def _duty(r: Report) -> str:
    things = r.dice.some(r.sector.phrases["object"], r.dice.between(1, 3))
    text = r.pick("duty_verb") + "、".join(things) + r.pick("duty_tail")
    return text if r.dice.chance(40) else f"{text}，{r.pick('duty_verb')}{r.pick('object')}{r.pick('duty_tail')}"


def organisation(r: Report) -> None:
    """机构设置: offices, subordinate units and staff."""
    dice = r.dice
    offices = dice.between(2, 14)
    rooms = dice.pick(("内设机构", "内设股室", "内设科室"))
    r.say(f"{r.unit}{rooms}{r.count(offices, '个', rooms)}，"
          f"下设二级单位{r.count(dice.below(7), '个', '二级单位')}。")  # fmt: skip
    staff = r.ledger.staff
    away, posts = dice.between(0, staff // 2 + 1), staff + dice.below(9)
    r.say(f"{dice.pick(('年末', '截至年底，'))}实有在职人员{r.count(staff, '人', '在职人员')}，"
          f"退休人员{r.count(away, '人', '退休人员')}，编制{r.count(posts, '名', '编制')}。")  # fmt: skip
    if dice.chance(30):
        year = r.year - dice.between(0, 3)
        place = r.unit[: 2 if r.dice.chance(50) else 3]
        number = r.number(f"{place}编发〔{year}〕{dice.between(2, 96)}号")
        r.say(f"根据{number}文件，{r.pick('object')}和{r.pick('object')}职能一并纳入，人员随职能划转。")


def rooms(r: Report) -> None:
    """The offices of the unit and what each is there for."""
    for number, room in enumerate(r.dice.some(r.sector.phrases["room"], r.dice.between(3, 8)), 1):
        extra = f"{_duty(r)}；" if r.dice.chance(60) else ""
        r.say(f"（{number}）{room}。{r.pick('room_duty')}；{extra}{_duty(r)}。")


def management(r: Report, paragraphs: int) -> None:
    """How the unit manages its money and its work: sentences without figures."""
    for _ in range(paragraphs):
        rules = r.dice.some(r.sector.phrases["manage"], r.dice.between(2, 4))
        r.say(f"{'，'.join(rules)}。{_practice(r)}{_practice(r)}")


def _practice(r: Report) -> str:
    """What was done, without a count."""
    first = r.pick("practice").replace("{o}", r.pick("object"))
    second = r.pick("practice").replace("{o}", r.pick("object"))
    text = f"{r.pick('work_when')}{first}"
    return f"{text}，{second}，{r.pick('work_end')}。" if r.dice.chance(50) else f"{text}，{r.pick('work_end')}。"


def work(r: Report, sentences: int) -> None:
    """The year's work: sentences that each tell one thing with its counts."""
    for start in range(0, sentences, 4):
        lead = f"{r.when()}，" if not start else ""
        body = [_deed(r, number) if r.dice.chance(35) else _practice(r) for number in range(min(4, sentences - start))]
        r.say(lead + "".join(body))


def _deed(r: Report, number: int) -> str:
    dice = r.dice
    text = r.pick("work_when") + r.deed()
    shape = dice.below(4)
    if shape == 0:
        text += f"，{r.deed()}"
    elif shape == 1:
        text += f"，{r.pick('work_end')}"
    elif shape == 2:
        text = f"{r.pick('object')}方面，{text}，{r.pick('work_end')}"
    return text + ("；" if number < 3 and dice.chance(25) else "。")


def faults(r: Report, level: int) -> None:
    """存在的问题 and 改进措施 under headings of their own."""
    dice = r.dice
    r.title(level, dice.pick(("存在的问题", "存在的主要问题", "存在的问题及原因分析")))
    _listed(r, [trouble(r) for _ in range(dice.between(2, 5))], "问题", level)
    r.title(level, dice.pick(("改进措施", "下一步改进措施", "有关建议", "整改打算")))
    _listed(r, [r.pick("next") * dice.below(2) + remedy(r) for _ in range(dice.between(2, 5))], "改进措施", level)


def _listed(r: Report, texts: list[str], role: str, level: int) -> None:
    shape = r.dice.below(3)
    if shape == 0:
        r.say("；".join(r.page.role(FIRST[number] + text, role) for number, text in enumerate(texts)) + "。")
        return
    for number, text in enumerate(texts, 1):
        mark = f"{number}." if shape == 1 else f"（{number}）"
        r.say(mark + r.page.role(text, role) + "。")
