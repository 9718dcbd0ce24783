"""Labelled sentences to and from Label Studio and doccano, without loss either way."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from cnfin.document import ROLES
from cnfin.roles.data import DataError, Example, parse_examples

Format = Literal["label-studio", "doccano"]
_ABOUT = ("section", "context", "province", "unit_kind", "year", "source")

#: Labelling interface for Label Studio: paste it under Settings, Labeling Interface.
LABEL_STUDIO_CONFIG = f"""<View>
  <Text name="context" value="$context"/>
  <Text name="text" value="$text"/>
  <Choices name="roles" toName="text" choice="multiple">
{chr(10).join(f'    <Choice value="{role}"/>' for role in ROLES)}
  </Choices>
</View>"""


def exported(examples: Sequence[Example], form: Format) -> str:
    """Examples in the format of an annotation tool: a JSON list of tasks, or JSON Lines for doccano."""
    if form == "doccano":
        lines = [{"text": example.text, "label": list(example.roles), **_about(example)} for example in examples]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return json.dumps([_task(example) for example in examples], ensure_ascii=False, indent=1) + "\n"


def _about(example: Example) -> dict[str, Any]:
    record = msgspec.to_builtins(example)
    return {name: record[name] for name in _ABOUT}


def _task(example: Example) -> dict[str, Any]:
    result = [{"from_name": "roles", "to_name": "text", "type": "choices", "value": {"choices": list(example.roles)}}]
    return {"data": {"text": example.text, **_about(example)}, "annotations": [{"result": result}]}


def imported(
    text: str, form: Format, name: str = "-", tell: Callable[[str], None] = lambda message: None
) -> list[Example]:
    """Examples from what an annotation tool gives.

    Args:
        text: the file's content.
        form: its format.
        name: the file's name, for messages.
        tell: is told how many tasks are left out because nobody has annotated them.

    Raises:
        DataError: content that is not of the format, wrong examples, by line (doccano) or task number, or none.
    """
    if form == "doccano":
        records = [(f"{name}:{number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        lines = [(place, _from_doccano(line, place)) for place, line in records]
    else:
        tasks = _tasks(text, name)
        lines = [(f"{name}: task {number}", _from_task(task)) for number, task in tasks if _annotated(task)]
        if left_out := len(tasks) - len(lines):
            tell(f"{name}: {left_out} of {len(tasks)} tasks left out: not annotated")
    if not lines:
        raise DataError([f"{name}: no labelled sentences"])
    return parse_examples(lines)


def _tasks(text: str, name: str) -> list[tuple[int, Any]]:
    try:
        tasks = json.loads(text)
    except ValueError as error:
        raise DataError([f"{name}: not JSON ({error})"]) from None
    if not isinstance(tasks, list):
        raise DataError([f"{name}: not a list of Label Studio tasks"])
    return list(enumerate(tasks, 1))


def _annotated(task: Any) -> bool:
    """Whether there is an annotation; what is no task is left for the check of examples to name."""
    return not _is_task(task) or bool(_annotations(task))


def _is_task(task: Any) -> bool:
    return isinstance(task, dict) and isinstance(task.get("data"), dict)


def _annotations(task: dict[str, Any]) -> list[dict[str, Any]]:
    """The annotations that were not cancelled, the newest last."""
    annotations = task.get("annotations") or task.get("completions") or []
    return [each for each in annotations if isinstance(each, dict) and not each.get("was_cancelled")]


def _from_doccano(line: str, place: str) -> str:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise DataError([f"{place}: not JSON ({error})"]) from None
    if isinstance(record, dict):
        record["roles"] = record.pop("label", record.pop("labels", None))
    return json.dumps(record, ensure_ascii=False)


def _from_task(task: Any) -> str:
    """An annotated task as a line of labelled data; the newest annotation counts."""
    if not _is_task(task):
        return json.dumps(None)
    values = [part.get("value", {}) for part in _annotations(task)[-1].get("result", []) if isinstance(part, dict)]
    roles = [choice for value in values for choice in value.get("choices", [])]
    return json.dumps({**task["data"], "roles": roles}, ensure_ascii=False)
