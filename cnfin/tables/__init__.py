"""Tables: found among the lines of a text, and read as grids whatever they came from."""

from __future__ import annotations

from cnfin.tables.grid import Column, Part, parts
from cnfin.tables.lines import find, rows_of
from cnfin.tables.words import TableWords, table_words

__all__ = ["Column", "Part", "TableWords", "find", "parts", "rows_of", "table_words"]
