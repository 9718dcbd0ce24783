"""The JSON Schema of each kind of record, derived from its struct, and what its keys mean."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from cnfin._version import RECORDS_VERSION
from cnfin.record_types import KINDS, RecordKind


def schema(kind: RecordKind) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind of record, derived from its struct.

    Raises:
        ValueError: ``kind`` is none of :data:`KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"no record kind {kind!r}: choose from {', '.join(KINDS)}")
    (reference,), definitions = msgspec.json.schema_components([KINDS[kind]], ref_template="#/$defs/{name}")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    body: dict[str, Any] = head | definitions.pop(reference["$ref"].rpartition("/")[2])
    body["title"] = f"cnfin {kind} record"
    body["version"] = RECORDS_VERSION
    if definitions:
        body["$defs"] = definitions
    _tighten(body)
    return body


def described(kind: RecordKind) -> list[tuple[str, str, str]]:
    """The keys of a kind of record, each with its type and its meaning.

    Raises:
        ValueError: ``kind`` is none of :data:`KINDS`.
    """
    # Kinds that say nothing of a key mean by it what the ledger does.
    common = {} if kind == "cell" else {key: meaning for key, _, meaning in described("cell")}
    return [
        (key, _type(told), told.get("description") or common.get(key, ""))
        for key, told in schema(kind)["properties"].items()
    ]


def _type(told: dict[str, Any]) -> str:
    """The type of a key in one word, as JSON has it."""
    kinds = [told, *told.get("anyOf", ())]
    words = [each.get("type") or ("string" if "enum" in each else "object" if "$ref" in each else "") for each in kinds]
    flat = [part for word in words if word for part in (word if isinstance(word, list) else [word])]
    return " or ".join(dict.fromkeys(flat))


def _tighten(node: Any) -> None:
    """Decimals are numbers in our records, and no struct has further keys."""
    if isinstance(node, list):
        for item in node:
            _tighten(item)
    elif isinstance(node, dict):
        if node.get("format") == "decimal":
            del node["format"]
            node["type"] = "number"
        if isinstance(node.get("properties"), dict):
            node["additionalProperties"] = False
        if isinstance(node.get("description"), str):
            node["description"] = inspect.cleandoc(node["description"])
        for value in node.values():
            _tighten(value)
