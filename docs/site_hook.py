"""The site shows the READMEs too, which stand outside the folder of the documents: links between them are kept."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
#: Pages of the site that stand elsewhere in the repository, by their place there, which is their place here too.
OUTSIDE = ("README.md", "README.zh-CN.md", "lexicons/README.md", "corpus/README.md")
_LINK = re.compile(r"(\]\()([^)#\s]+)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that stand outside, and the tables they link to."""
    for place in (*OUTSIDE, *(f"lexicons/{path.name}" for path in (ROOT / "lexicons").glob("*.tsv"))):
        files.append(File.generated(config, place, content=(ROOT / place).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links as they are right in the repository, as they are right on the site."""
    outside = page.file.src_uri in OUTSIDE
    base = posixpath.dirname(page.file.src_uri if outside else f"docs/{page.file.src_uri}")

    def moved(match: re.Match[str]) -> str:
        if ":" in match[2]:
            return match[0]
        target = posixpath.normpath(posixpath.join(base, match[2]))
        target = target.removeprefix("docs/")
        if (ROOT / target).is_dir() and f"{target}/README.md" in OUTSIDE:
            target += "/README.md"
        return match[1] + posixpath.relpath(target, posixpath.dirname(page.file.src_uri) or ".")

    return _LINK.sub(moved, markdown)
