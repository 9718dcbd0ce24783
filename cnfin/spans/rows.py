"""科目 in table rows: a printed code says which line is meant, and words in columns that name nothing are no line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from msgspec.structs import replace

from cnfin.document import Account, Cell, Table
from cnfin.lexicon import Lexicon
from cnfin.tables import TableWords, parts
from cnfin.tables.words import BLANK


def settled(
    accounts: list[Account], tables: Sequence[Table], words: TableWords, lexicon: Lexicon
) -> list[Account]:  # fmt: skip
    """The 科目 of a document, those in its tables as their rows say.

    Args:
        accounts: the 科目 as the text alone says, in any order.
        tables: the document's tables.
        words: the words of heads.
        lexicon: the official codes and their names through the years.
    """
    accounts = sorted(accounts, key=lambda account: account.start)
    starts = [account.start for account in accounts]
    changed: dict[int, Account | None] = {}
    for table in tables:
        for part in parts(table, words):
            for row in part.rows:
                for cell, column in zip(row, part.columns, strict=False):
                    at = bisect_left(starts, cell.start)
                    inside = at < len(accounts) and accounts[at].end <= cell.end and cell.text
                    if inside and column.kind == "text":
                        changed[at] = None
                    elif inside and column.kind == "name" and (code := part.code(row, cell)):
                        changed[at] = _coded(accounts[at], cell, code, lexicon)
    kept = (changed.get(number, account) for number, account in enumerate(accounts))
    return [account for account in kept if account is not None]


def _coded(account: Account, cell: Cell, code: str, lexicon: Lexicon) -> Account:
    """``account`` with the code printed before it and the name it is printed with, where the code knows that name."""
    name = BLANK.sub("", cell.text)
    lines = [line for line in lexicon.by_code.get(code, ()) if line in lexicon.functional.get(name, ())]
    if not lines:
        return account
    line = next((line for line in lines if line.name == name), lines[-1])
    return replace(account, name=line.name, code=code, scheme="功能分类")
