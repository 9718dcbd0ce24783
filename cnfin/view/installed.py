"""What is installed, for ``cnfin info`` and for reports of mistakes."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from hashlib import blake2b
from importlib import metadata, util
from pathlib import Path
from typing import Any

import cnfin
from cnfin._version import __version__

#: A module of each extra, by the extra's name.
_EXTRAS = {
    "fast": ("rjieba",),
    "docs": ("lxml", "openpyxl", "pypdfium2", "selectolax", "xlrd"),
    "parquet": ("pyarrow",),
    "cluster": ("distributed", "fsspec", "zstandard"),
}
_LIBRARIES = ("jieba", "cn2an", "click", "msgspec", "numpy", "scikit-learn", "skops", "ahocorasick_rs", "Jinja2")


def facts() -> dict[str, Any]:
    """Versions, extras, the lexicon, the role model and where they are."""
    from cnfin import lexicon

    tables = sorted(lexicon.folder().glob("*.tsv"))
    models = sorted((Path(cnfin.__file__).parent / "roles").glob("*.model"))
    return {
        "cnfin": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "executable": sys.executable,
        "package": str(Path(cnfin.__file__).parent),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "extras": {name: [each for each in found if util.find_spec(each) is None] for name, found in _EXTRAS.items()},
        "soffice": shutil.which("soffice") or shutil.which("libreoffice"),
        "lexicon": {"folder": str(lexicon.folder()), "tables": len(tables), "digest": _digest(tables)},
        "model": {"file": str(models[0]) if models else None, "digest": _digest(models)},
    }


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    for key in ("cnfin", "python", "system", "executable", "package"):
        yield f"{key}: {found[key]}"
    yield "libraries: " + ", ".join(f"{name} {version}" for name, version in found["libraries"].items())
    for name, absent in found["extras"].items():
        yield f"extra {name}: " + (
            f"without {', '.join(absent)} (pip install 'cnfin[{name}]')" if absent else "installed"
        )
    yield f"LibreOffice (.doc, .wps): {found['soffice'] or 'not found'}"
    yield f"lexicon: {found['lexicon']['tables']} tables, {found['lexicon']['digest']}, {found['lexicon']['folder']}"
    yield f"role model: {found['model']['digest']}, {found['model']['file']}"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _digest(paths: list[Path]) -> str:
    return blake2b(b"".join(path.name.encode() + path.read_bytes() for path in paths), digest_size=8).hexdigest()
