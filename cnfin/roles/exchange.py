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
    """Examples in the format of an annotation tool: a JSON list of tasks, or JSON Lines for doccano.

    Roles that a model gave are Label Studio's predictions, never annotations; doccano knows none, so
    there they stand beside an empty label, as ``suggested``.
    """
    if form == "doccano":
        lines = [{"text": example.text, **_doccano_label(example), **_about(example)} for example in examples]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return json.dumps([_task(example) for example in examples], ensure_ascii=False, indent=1) + "\n"


def _doccano_label(example: Example) -> dict[str, Any]:
    roles = list(example.roles)
    return {"label": [], "suggested": roles} if example.predicted else {"label": roles}


def _about(example: Example) -> dict[str, Any]:
    record = msgspec.to_builtins(example)
    return {name: record[name] for name in _ABOUT}


def _task(example: Example) -> dict[str, Any]:
    result = [{"from_name": "roles", "to_name": "text", "type": "choices", "value": {"choices": list(example.roles)}}]
    what = "predictions" if example.predicted else "annotations"
    return {"data": {"text": example.text, **_about(example)}, what: [{"result": result}]}


def imported(
    text: str, form: Format, name: str = "-", tell: Callable[[str], None] = lambda message: None
) -> list[Example]:
    """Examples from what an annotation tool gives.

    Args:
        text: the file's content.
        form: its format.
        name: the file's name, for messages.
        tell: is told how many tasks are left out because nobody has annotated them, and each task
            that two people have annotated in different ways (the newest annotation counts).

    Raises:
        DataError: content that is not of the format, wrong examples, by line (doccano) or task number, or none.
    """
    if form == "doccano":
        records = [(f"{name}:{number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        lines = [(place, _from_doccano(line)) for place, line in records]
    else:
        tasks = _tasks(text, name)
        lines = [(f"{name}: task {number}", _from_task(task)) for number, task in tasks if _annotated(task)]
        if left_out := len(tasks) - len(lines):
            tell(f"{name}: {left_out} of {len(tasks)} tasks left out: not annotated")
        _tell_disagreement(tasks, name, tell)
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
    if tasks and all(isinstance(task, dict) and "data" not in task and "text" in task for task in tasks):
        raise DataError([f"{name}: looks like Label Studio's JSON-MIN: export as JSON"])
    return list(enumerate(tasks, 1))


def _annotated(task: Any) -> bool:
    """Whether there is an annotation; what is no task is left for the check of examples to name."""
    return not _is_task(task) or bool(_annotations(task))


def _is_task(task: Any) -> bool:
    return isinstance(task, dict) and isinstance(task.get("data"), dict)


def _annotations(task: dict[str, Any]) -> list[dict[str, Any]]:
    """The annotations that were not cancelled, the newest last."""
    annotations = task.get("annotations") or task.get("completions") or []
    if not isinstance(annotations, list):
        return []
    return [each for each in annotations if isinstance(each, dict) and not each.get("was_cancelled")]


def _from_doccano(line: str) -> str:
    """A line of doccano's as one of labelled data; what is none is left for the check of examples to name."""
    try:
        record = json.loads(line)
    except ValueError:
        return line
    if isinstance(record, dict):
        record.pop("suggested", None)
        record.setdefault("text", record.pop("data", None))  # as versions before 1.0 called it
        record["roles"] = record.pop("label", record.pop("labels", None))
    return json.dumps(record, ensure_ascii=False)


def _from_task(task: Any) -> str:
    """An annotated task as a line of labelled data; the newest annotation counts."""
    if not _is_task(task):
        return json.dumps(None)
    return json.dumps({**task["data"], "roles": _choices(_annotations(task)[-1])}, ensure_ascii=False)


def _choices(annotation: dict[str, Any]) -> list[Any]:
    """The roles that one annotation gives; what is no annotation of this project's kind gives none."""
    result = annotation.get("result")
    values = [part.get("value") for part in result if isinstance(part, dict)] if isinstance(result, list) else []
    chosen = [value.get("choices") for value in values if isinstance(value, dict)]
    return [choice for choices in chosen if isinstance(choices, list) for choice in choices]


def _tell_disagreement(tasks: list[tuple[int, Any]], name: str, tell: Callable[[str], None]) -> None:
    """Tell every task whose annotators gave different roles, and how many agreed."""
    twice = differing = 0
    for number, task in tasks:
        views = _views(task) if _is_task(task) else {}
        twice += len(views) > 1
        if len(set(map(frozenset, views.values()))) > 1:
            differing += 1
            said = "; ".join(f"{who}: {'、'.join(map(str, roles)) or 'none'}" for who, roles in views.items())
            tell(f"{name}: task {number}: annotators disagree ({said}); the last one counts")
    if twice:
        tell(f"{name}: {twice} tasks annotated by two people or more, {twice - differing} of them alike")


def _views(task: dict[str, Any]) -> dict[str, list[Any]]:
    """The newest roles that each annotator of a task gave, the newest annotation last."""
    views: dict[str, list[Any]] = {}
    for place, annotation in enumerate(_annotations(task), 1):
        who = annotation.get("completed_by", f"annotation {place}")
        who = who.get("email") or who.get("id") if isinstance(who, dict) else who
        views.pop(str(who), None)
        views[str(who)] = _choices(annotation)
    return views
