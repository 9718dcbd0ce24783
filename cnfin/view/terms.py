"""The field's terms for readers of English: 决算数 stays 决算数 for those who read Chinese."""

from __future__ import annotations

from collections.abc import Callable

from cnfin.messages import Language, translations

_ENGLISH = {
    "科目": "budget line", "金额": "sum of money", "百分比": "percentage", "数量": "count", "年度": "year",
    "文号": "document number",
    "原因说明": "reason", "问题": "problem", "改进措施": "measure to mend it",
    "决算数": "actual", "预算数": "budget", "年初预算数": "first budget", "调整预算数": "adjusted budget",
    "追加预算数": "added budget", "占比": "share", "预算完成率": "completion", "增减额": "change",
    "增减率": "rate of change",
    "收入": "income", "支出": "spending", "收支": "both sides", "结转结余": "carry-over", "合计": "total of the year",
    "总计": "total with carry-over", "预算": "budget", "决算": "final accounts", "部门": "department",
    "单位": "unit of a department", "三公经费": "the three public costs", "因公出国（境）费": "travel abroad",
    "公务用车购置及运行维护费": "official cars", "公务用车购置费": "buying cars", "公务用车运行维护费": "running cars",
    "公务接待费": "receptions", "基本支出": "basic", "项目支出": "projects", "人员经费": "staff",
    "公用经费": "running costs",
    "全部": "all money", "财政拨款": "from the treasury", "一般公共预算": "general public budget",
    "政府性基金": "government funds", "国有资本经营": "state capital", "单位资金": "own money",
    "功能分类": "by function", "经济分类": "by economic class", "类": "class", "款": "sub-class", "项": "item",
}  # fmt: skip
#: The checks of the audit, by the name in the records.
_CHECKS = {
    "share": ("share", "占比"), "completion": ("completion", "预算完成率"), "change": ("change", "增减"),
    "direction": ("direction", "增减方向"), "sum": ("sum", "合计"), "conflict": ("conflict", "前后不一"),
    "unit": ("money unit", "金额单位"), "zero-base": ("nothing to compare with", "基数为零"),
    "placeholder": ("not filled in", "未填写"), "year": ("year", "年度"), "name": ("name of the unit", "单位名称"),
    "unit-missing": ("no money unit", "缺金额单位"), "line": ("name of the line", "科目名称"),
    "empty": ("empty", "空缺"), "restated": ("restated", "前后年度不一"), "budget": ("budget", "与预算不一"),
    "roll-up": ("roll-up", "部门与单位不一"),
}  # fmt: skip


def term(word: str, lang: Language) -> str:
    """A term of the field; for readers of English with what it means."""
    meaning = _ENGLISH.get(word) if lang == "en" else None
    return f"{word} {meaning}" if meaning else word


def check(name: str, lang: Language) -> str:
    """What a check of the audit is called."""
    en, zh = _CHECKS.get(name, (name, name))
    return zh if lang == "zh" else en


def words(lang: Language) -> Callable[[str], str]:
    """Translates interface words, and terms where they have a meaning to add."""
    catalogue = translations(lang)

    def translate(word: str) -> str:
        return term(word, lang) if word in _ENGLISH else catalogue.gettext(word)

    return translate
