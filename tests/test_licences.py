"""What comes with cnfin may come with it: licences of every dependency, and what the README says of them."""

from __future__ import annotations

import configparser
import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
#: Extras that a user of cnfin may ask for; ``dev`` and ``site`` are tools.
EXTRAS = ("fast", "docs", "archives", "ocr", "parquet", "pandas", "panel", "cluster")
#: What may be used from, and beside, a program under the MIT licence without changing what holds of it.
ALLOWED = frozenset(
    ("MIT", "MIT-CMU", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "Zlib", "PSF-2.0", "CC0-1.0",
     "ISC", "HPND")
)  # fmt: skip
#: Weaker than a copyleft of the whole: changes of these files themselves would have to be given away.
FILES_ONLY = frozenset(("MPL-2.0",))
#: The same licences under other names.
NAMES = {
    "mit license": "MIT", "mit": "MIT", "bsd license": "BSD", "bsd": "BSD", "3-clause bsd license": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause", "bsd 3-clause": "BSD-3-Clause", "bsd-3-clause license": "BSD-3-Clause",
    "apache software license": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "apache-2": "Apache-2.0", "apache 2": "Apache-2.0",
    "python software foundation license": "PSF-2.0", "cc0": "CC0-1.0",
    "cc0 1.0 universal (cc0 1.0) public domain dedication": "CC0-1.0", "isc license (iscl)": "ISC",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "zlib/libpng license": "Zlib",
    "historical permission notice and disclaimer (hpnd)": "HPND",
}  # fmt: skip
#: Packages whose metadata say nothing that can be read, and what their licence files say.
READ = {
    "skops": "MIT",
    # PDFium and what it is built with: BSD-3-Clause, Apache-2.0, MIT, FTL, libtiff, IJG (licence files in the wheel).
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "numpy": "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
}


_JOINED = re.compile(r" (?:AND|OR|WITH) ")


def requirements(extra: str | None = None) -> list[Requirement]:
    """What setup.cfg asks for: always, or for an extra."""
    lines = SETUP["options.extras_require"][extra] if extra else SETUP["options"]["install_requires"]
    return [Requirement(line) for line in lines.splitlines() if line.strip() and not line.strip().startswith("#")]


def closure() -> list[metadata.Distribution]:
    """Every distribution that cnfin and its extras bring, as far as it is installed here."""
    found: dict[str, metadata.Distribution] = {}
    asked = (requirement for extra in (None, *EXTRAS) for requirement in requirements(extra))
    left = [requirement for requirement in asked if requirement.name != "cnfin"]
    while left:
        requirement = left.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        wanted = ("", *requirement.extras)
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in wanted):
            continue
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:
            continue
        for line in found[name].requires or ():
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in wanted):
                inner.marker = None
                left.append(inner)
    return [found[name] for name in sorted(found)]


def licences(distribution: metadata.Distribution) -> set[str]:
    """The licences of a distribution by their SPDX names; what cannot be told apart stands as it is written."""
    about = distribution.metadata
    name = re.sub(r"[-_.]+", "-", about["Name"]).lower()
    if said := READ.get(name) or about.get("License-Expression"):
        return set(_JOINED.split(said))
    classes = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License")]
    classes = [line for line in classes if line != "OSI Approved"]
    short = (about.get("License") or "").strip().splitlines()
    named = [part for line in classes or short[:1] for part in _JOINED.split(line)]
    return {NAMES.get(part.lower(), part) for part in named} or {"not said"}


CLOSURE = closure()


@pytest.mark.parametrize("distribution", CLOSURE, ids=lambda each: each.metadata["Name"])
def test_every_dependency_may_be_used_with_mit(distribution: metadata.Distribution) -> None:
    assert licences(distribution) <= ALLOWED | FILES_ONLY


def test_what_is_checked_is_what_is_required() -> None:
    names = {re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower() for each in CLOSURE}
    core = {re.sub(r"[-_.]+", "-", requirement.name).lower() for requirement in requirements()}
    assert core <= names


def test_an_unknown_licence_would_be_seen() -> None:
    class Other(metadata.PathDistribution):
        def __init__(self, text: str) -> None:
            self.text = text

        def read_text(self, filename: str) -> str | None:
            return self.text if filename == "METADATA" else None

    head = "Metadata-Version: 2.4\nName: other\nVersion: 1\n"
    for line, known in (
        ("License-Expression: GPL-3.0-or-later\n", False), ("License: GPLv3\n", False), ("", False),
        ("Classifier: License :: OSI Approved :: MIT License\n", True), ("License-Expression: MIT OR GPL-2.0\n", False),
    ):  # fmt: skip
        assert (licences(Other(head + line)) <= ALLOWED) is known, line


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_every_dependency(page: str) -> None:
    """The tables hold the packages of setup.cfg, none more, and no other extra."""
    text = (ROOT / page).read_text(encoding="utf-8")
    tables = re.findall(r"^\|.*\n\| --- .*\n((?:\|.*\n)+)", text, re.MULTILINE)
    rows = [[[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()] for table in tables]
    core = next(table for table in rows if table[0][0] == "jieba")
    assert {row[0] for row in core} == {requirement.name for requirement in requirements()}
    for name, licence, *_ in core:
        assert any(said.startswith(licence) or said == "BSD" for said in licences(metadata.distribution(name))), name
    extras = {row[0].strip("`"): row[1] for row in next(table for table in rows if table[0][0] == "`fast`")}
    assert set(extras) == set(SETUP["options.extras_require"])
    for extra in (*EXTRAS, "site"):
        for requirement in requirements(extra):
            assert requirement.name == "cnfin" or requirement.name in extras[extra], extra
