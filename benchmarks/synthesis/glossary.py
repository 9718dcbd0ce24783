"""名词解释: definitions as the documents of one style repeat them."""

from __future__ import annotations

import re

from .report import Report

_NAME = re.compile(r"\[([^\]=]+)(?:=([^\]]+))?\]")
# each term with wordings of several styles; [name] is a mention, [name=text] one written otherwise
TERMS: tuple[tuple[str, ...], ...] = (
    ("[财政拨款收入]：指{who}从同级财政取得的各类拨款。",
     "[财政拨款收入]：本级财政当年拨给{who}的资金。",
     "[财政拨款收入]：反映{who}由财政预算安排得到的款项，含年中追加部分。"),
    ("[事业收入]：指事业单位开展业务和辅助活动得到的收入。",
     "[事业收入]：事业单位从专业服务中依法取得的资金。"),
    ("[其他收入]：指上述各类以外的收入，如利息、代扣手续费。",
     "[其他收入]：除[财政拨款收入]、[事业收入]之外得到的资金。"),
    ("[年初结转和结余]：指以前年度留到本年、仍按原用途使用的资金。",
     "[年初结转和结余]：上年没有用完、今年接着用的资金。"),
    ("[年末结转和结余]：指年底尚未用完、按规定转到次年的资金。",
     "[年末结转和结余]：当年安排而未执行完毕、以后年度继续使用的资金。"),
    ("[基本支出]：指维持机构运转和完成日常任务的开支，包括[人员经费]和[公用经费]。",
     "[基本支出]：保证{who}正常工作所必需的开支，分为[人员经费]与[公用经费=日常公用经费]。"),
    ("[项目支出]：指[基本支出]之外，为特定任务和事业目标发生的开支。",
     "[项目支出]：为完成专门工作，在[基本支出]以外列支的资金。"),
    ("[三公经费=“三公”经费]：指用财政资金安排的[因公出国（境）费]、[公务用车购置及运行维护费=公务用车购置及运行费]和[公务接待费]。",
     "[三公经费=“三公”经费]：包括[因公出国（境）费]、[公务用车购置及运行维护费]、[公务接待费]，按规定向社会公布。"),
    ("[机关运行经费]：指行政单位和参公单位为日常运转购买货物与服务的资金，含[30201]、[30202]、[30207]、[30211]、[30215]等。",
     "[机关运行经费]：{who}使用一般公共预算安排的[公用经费]，如[30201]、[30211]、[30229]及其他费用。"),
    ("[政府采购支出]：指用财政性资金购买目录以内或限额以上货物、工程和服务的行为。",),
    ("[上级补助收入]：指从主管部门和上级单位取得的非财政补助。",
     "[上级补助收入]：上级单位用自有资金拨给{who}的款项。"),
    ("[结余分配]：指事业单位按规定缴税、提取基金等对结余的处理。",),
    ("[经营支出]：指事业单位非独立核算经营活动的开支。",),
)  # fmt: skip
MEANING = (
    "指用于{what}方面的支出",
    "反映{what}所需经费", "反映{who}用于{what}和{more}的开支",
    "主要核算{what}、{more}发生的费用",
    "指{who}开展{what}工作安排的资金",
)  # fmt: skip


def write(r: Report) -> None:
    """Define the usual terms and the document's own functional lines."""
    dice = r.dice
    style = dice.below(3)
    number = 0
    for wordings in TERMS:
        if dice.chance(30):
            continue
        number += 1
        text = wordings[style % len(wordings)].replace("{who}", r.name)
        r.say(f"{_mark(r, number)}{_NAME.sub(lambda m: r.acc(m[1], m[2] or ''), text)}")
    for item in r.ledger.items:
        if dice.chance(30):
            continue
        number += 1
        what = r.pick("object")
        meaning = (
            dice.pick(MEANING).replace("{what}", what).replace("{more}", r.pick("object")).replace("{who}", r.name)
        )
        r.say(f"{_mark(r, number)}{r.chain(item.code)}：{meaning}。")


def _mark(r: Report, number: int) -> str:
    return f"{number}." if r.numbering % 2 else f"{number}、"
