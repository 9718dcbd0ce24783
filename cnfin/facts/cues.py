"""The alphabet of the grammar: every kind of mark that may stand between two values, with an example.

``lexicons/measures.tsv`` gives words their kind; punctuation has one too. What the rules ask of several kinds at
once has a name here. In the examples the words of the kind stand in brackets ⟨…⟩; a test reads each.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "account", "period", "break", "colon", "list", "open", "close", "after", "added", "apart", "be", "change", "done",
    "each", "fund", "level", "none", "other", "parts", "prior", "rate", "reach", "reason", "same", "share", "spend",
    "start", "than", "use",
]  # fmt: skip


class Meaning(NamedTuple):
    """What a kind of mark does in the grammar, and a sentence that has one."""

    says: str
    example: str


KINDS: dict[Kind, Meaning] = {
    "account": Meaning("a 科目: whose the value is, or what it is a part or a share of", "⟨印刷费⟩3万元"),
    "period": Meaning("a year or a date", "⟨2021年⟩印刷费3万元"),
    "break": Meaning("ends a clause", "印刷费3万元⟨，⟩比上年减少1万元"),
    "colon": Meaning("the parts of a sum, or a value, follow", "资金来源⟨：⟩财政拨款3万元"),
    "list": Meaning("one item of a list ends", "印刷费3万元⟨、⟩差旅费2万元"),
    "open": Meaning("opens words that explain or divide what stands before", "基本支出3万元⟨（⟩占30%）"),
    "close": Meaning("the text goes on where it was before the bracket", "基本支出3万元（占30%⟨）⟩"),
    "after": Meaning("names from behind what the sum before it is", "护林费3万元⟨均为年初预算⟩"),
    "added": Meaning("the sum was added to the budget or cut from it", "护林费⟨追加⟩3万元"),
    "apart": Meaning("the values behind belong to the names before, in order", "印刷费、差旅费⟨分别为⟩3万元、2万元"),
    "be": Meaning("links a name and its value", "护林员⟨为⟩98人"),
    "change": Meaning("the value is a change, in the direction that the word has", "比上年⟨减少⟩1万元"),
    "done": Meaning("actual against a budget", "⟨完成⟩年初预算的98%"),
    "each": Meaning("the value is that of all names before", "收、支总计⟨均为⟩90万元"),
    "fund": Meaning("money that reached a project", "⟨资金到位⟩40万元"),
    "level": Meaning("says which budget, or the outturn, the sum is", "⟨年初预算⟩3万元"),
    "none": Meaning("a longer word that only contains another cue, and says nothing", "⟨合同⟩3万元"),
    "other": Meaning("the value is none of the measures: a price, an asset, a score", "房屋⟨原值⟩3万元"),
    "parts": Meaning("what stands before is the total of what follows", "基本支出9万元，⟨其中⟩：印刷费3万元"),
    "prior": Meaning("last year, or last year's sum", "与⟨上年⟩3万元相比"),
    "rate": Meaning("a rate of completion", "⟨预算执行率⟩98%"),
    "reach": Meaning("the new value that a change led to", "由4万元⟨降至⟩3万元"),
    "reason": Meaning("what follows explains, and is of something else", "⟨主要原因是⟩会议减少3万元"),
    "same": Meaning("compares with the same time last year", "护林费⟨同比⟩，下降2%"),
    "share": Meaning("a share of the total named behind, or announced", "印刷费3万元，⟨占⟩30%"),
    "spend": Meaning("a verb of spending or planning, which a word of kind level overrules", "护林费⟨支付⟩3万元"),
    "start": Meaning("what a change began with", "⟨由⟩4万元降至3万元"),
    "than": Meaning("opens or closes what is compared with", "⟨与⟩上年相比减少1万元"),
    "use": Meaning("what follows says what the money is for", "⟨主要用于⟩印刷费3万元"),
}

#: Punctuation that the grammar sees beside the words.
PUNCTUATION: dict[Kind, str] = {"break": "，,；;。\n", "colon": "：:", "list": "、", "open": "（([", "close": "）)]"}

#: Words of a comparison.
COMPARING: frozenset[Kind] = frozenset(("than", "prior", "same"))
#: Words that name a budget.
BUDGETING: frozenset[Kind] = frozenset(("level", "spend"))
#: Words that say the sum is an amount of its own: a budget, an outturn, money received.
STATING: frozenset[Kind] = frozenset(("level", "spend", "done", "fund"))
#: Words that link a budget and the rate of its completion.
LINKING: frozenset[Kind] = frozenset(("done", "share", "be"))
#: Words behind which something else than the subject is spoken of.
FRAMING: frozenset[Kind] = frozenset(("use", "reason"))
#: Marks that change what is carried as soon as they are read.
ACTING: frozenset[Kind] = frozenset(("open", "close", "parts", "colon", "apart", "each"))
#: Words that say what a sum is.
OF_SUMS: frozenset[Kind] = STATING | frozenset(("change", "added", "reach", "prior", "start", "other", "share", "rate"))
#: Words that say what a percentage is.
OF_RATES: frozenset[Kind] = frozenset(
    ("share", "spend", "done", "be", "rate", "change", "other", "level", "reach")
)  # fmt: skip

#: What else may be seen of a value and its clause at a glance, and what the text has said before.
Sight = Literal[
    "bounded", "months", "rest opens", "unit behind", "word behind", "line behind", "one character",
    "clauses before", "list", "pending", "counted", "items", "vehicles",
]  # fmt: skip
SIGHTS: dict[Sight, str] = {
    "bounded": "the value is a limit, a range, a score or a number of points",
    "months": "月 stands in the clause",
    "rest opens": "the clause opens as 剩余 … or 两项合计 would",
    "unit behind": "what follows the value may be a unit of a rate: 3万元/人",
    "word behind": "what follows the value may name it from behind: 3万元均为年初预算",
    "line behind": "a 科目 follows the value next",
    "one character": "the clause has one character, such as a bracket",
    "clauses before": "other clauses stand between the value before and this one's",
    "list": "names were listed for the values behind 分别",
    "pending": "a rate behind the last sum would have to do with it",
    "counted": "the sentence has counted something",
    "items": "the value counts 项, which may be sums",
    "vehicles": "the value counts 辆 or 台",
}
Shown = Kind | Sight
#: A bit for each kind of mark and each sight.
BITS: dict[Shown, int] = {name: 1 << number for number, name in enumerate((*KINDS, *SIGHTS))}

SIGNS = ("+", "-", "?", "")
#: What a change, a rate or a budget word is measured against; the last five say how a word compares.
BASES = ("", "上年", "预算", "年初预算", "调整预算", "than", "over", "left", "each", "behind")
SIDES = ("before", "after", "project")
