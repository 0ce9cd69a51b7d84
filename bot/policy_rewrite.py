"""Writing one change into the text of a policy file: every other character stays as somebody wrote it."""

import json
import re
from collections.abc import Iterator, Mapping

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.domain.governing.policy_edit import Addition, Edit, Points, Threshold, edited
from bot.domain.policy import Policy
from bot.policy_file import read
from bot.yaml_source import composed

PLAIN = re.compile(r"[a-z][a-z0-9_.-]*")
RESERVED = frozenset({"true", "false", "yes", "no", "on", "off", "null"})


class CannotRewrite(ValueError):
    """The file is written in a way in which this cannot be changed alone: change it by hand, and apply it."""

    def __str__(self) -> str:
        return str(self.__doc__)


def rewritten(text: str, edit: Edit) -> tuple[str, Policy]:
    """The file with this change in it, and what it says now.

    Raises:
        PolicyErrors: when the changed file would not be a policy, with every problem.
        CannotRewrite: when it would say anything but the change.
    """
    root = composed(text)
    changed = _added(text, root, edit) if isinstance(edit, Addition) else _replaced(text, root, edit)
    if changed is None:
        raise CannotRewrite
    policy = read(changed)
    if policy != edited(read(text), edit):
        raise CannotRewrite
    return changed, policy


def _replaced(text: str, root: Node | None, edit: Threshold | Points) -> str | None:
    if isinstance(edit, Threshold):
        section, item_id, key, number = "paths", edit.path, str(edit.reading), edit.least
    else:
        section, item_id, key, number = "criteria", edit.criterion, "points", edit.points
    item = next((one for one in _items(root, section) if _scalar(_value(one, "id")) == item_id), None)
    if item is None:
        return None
    value = _value(item, key)
    if value is None:
        return _with_key(text, item, f"{key}: {number}")
    if value.anchor:  # it stands for the same number in other places
        return None
    return text[: value.start_mark.index] + str(number) + text[value.end_mark.index :]


def _items(root: Node | None, section: str) -> Iterator[Node]:
    """The criteria or paths of every definition."""
    more = _value(root, "definitions")
    definitions = [_value(root, "definition"), *(more.value if isinstance(more, SequenceNode) else ())]
    for definition in definitions:
        items = _value(definition, section)
        yield from items.value if isinstance(items, SequenceNode) else ()


def _value(node: Node | None, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for name, value in pairs if _scalar(name) == key), None)


def _scalar(node: Node | None) -> str | None:
    return str(node.value) if isinstance(node, ScalarNode) else None


def _with_key(text: str, item: Node, written: str) -> str:
    """One more key, after the last one."""
    end = _end(item.value[-1][1])
    if _in_line(item):
        return f"{text[:end]}, {written}{text[end:]}"
    return _with_line(text, end, item.start_mark.column, written)


def _added(text: str, root: Node | None, edit: Addition) -> str | None:
    """One more item, after the last one."""
    criteria = _value(_value(root, "definition"), "criteria")
    if not isinstance(criteria, SequenceNode) or not criteria.value:
        return None
    written = _flow(edit.criterion.model_dump(mode="json", exclude_defaults=True))
    end = _end(criteria.value[-1])
    if _in_line(criteria):
        return f"{text[:end]}, {written}{text[end:]}"
    return _with_line(text, end, criteria.start_mark.column, f"- {written}")


def _end(node: Node) -> int:
    """Where the last thing that is written of a node ends; a block itself ends where the next one begins."""
    if _in_line(node):
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, MappingNode) else last)


def _in_line(node: Node) -> bool:
    """Whether it ends where its last character stands: a text or number, or what stands in brackets."""
    return isinstance(node, ScalarNode) or bool(getattr(node, "flow_style", False))


def _with_line(text: str, after: int, column: int, written: str) -> str:
    """A line of its own below the one in which that place is, comment and all."""
    below = text.find("\n", after - (text[after - 1] == "\n"))
    at = len(text) if below < 0 else below
    return f"{text[:at]}\n{' ' * column}{written}{text[at:]}"


def _flow(value: object) -> str:
    """The value in one line, as people write it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str) and PLAIN.fullmatch(value) and value not in RESERVED:
        return value
    return json.dumps(value, ensure_ascii=False)
