"""What a form left in or out: checks that compare no figures.

Each check is a module with a function ``find(page)`` that yields findings; the words they know stand in
``lexicons/form.tsv``, the shapes they look for in the modules.
"""

from __future__ import annotations

from cnfin.audit.form import empty, lines, missing, names, placeholder, years
from cnfin.audit.form.page import Page, page_of

__all__ = ["Page", "empty", "lines", "missing", "names", "page_of", "placeholder", "years"]
