"""A YAML text as plain data that still knows its lines, within limits that keep a hostile text harmless."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

Place = tuple[str | int, ...]
"""The keys that lead to a value, from the top."""

LARGEST = 256 * 1024
DEEPEST = 30
MOST_VALUES = 50_000
LONGEST_NUMBER = 30

TOLD = (
    ("'\\t'", "a tab; indent with spaces"),
    ("that cannot start any token", "text that begins with a sign such as @, %, ` or & needs quotes"),
    (
        "mapping values are not allowed here",
        "a `:` where none can be; check the indentation, or put the text in quotes",
    ),
    ("could not find expected ':'", "a `:` is missing"),
    ("sequence entries are not allowed here", "a list begins on a line of its own"),
    ("undefined alias", "text that begins with * needs quotes"),
    ("unknown escape character", "a \\ in double quotes must be written twice"),
    ("found another document", "a second document begins; only one is read"),
    ("unexpected end of stream", "the quote that opens here is never closed"),
    ("expected ',' or", "the bracket that opens here is not closed, or a comma is missing"),
    ("<block end>", "the indentation does not fit the lines above"),
    ("<document start>", "the indentation does not fit the lines above"),
    ("incompatible YAML document", "YAML 1.2 is read here"),
)
"""What YAML's own words, by a piece of them, mean to somebody who writes a file."""


class UnreadableError(ValueError):
    """This is no YAML, from `line` on."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Flaw(NamedTuple):
    """Something wrong with one value; the rest could be read."""

    line: int
    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a YAML text says: plain data (None where it is flawed) and the line of every place."""

    data: object
    lines: Mapping[Place, int]
    flaws: tuple[Flaw, ...]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]


def read_yaml(text: str | bytes) -> Source:
    """Reads one YAML 1.2 document; dates stay text, and keys are always text.

    Raises:
        UnreadableError: when it is no YAML, larger or deeper than the limits, or blown up by aliases.
    """
    text = _decoded(text)
    if len(text) > LARGEST or len(text.encode(errors="replace")) > LARGEST:
        raise UnreadableError(1, f"larger than {LARGEST // 1024} KiB")
    try:
        return _Reading().source(composed(text))
    except MaxDepthExceededError as error:
        raise UnreadableError(_line(error.problem_mark), "nested too deeply") from error
    except MarkedYAMLError as error:
        raise UnreadableError(*_told(error)) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableError(line, f"a character that is no text (U+{error.character:04X})") from error
    except YAMLError as error:
        raise UnreadableError(1, str(error)) from error


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(text.count(b"\n", 0, error.start) + 1, "not UTF-8; save the file as UTF-8") from error


def composed(text: str) -> Node | None:
    """The nodes of one document, each with the place in the text where it begins and ends."""
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = DEEPEST
    yaml.composer.warn_double_anchors = False
    root: Node | None = yaml.compose(text)
    return root


def _told(error: MarkedYAMLError) -> tuple[int, str]:
    problem = str(error.problem)
    message = next((words for piece, words in TOLD if piece in problem), problem)
    opens_here = "opens here" in message and error.context_mark
    return _line(error.context_mark if opens_here else error.problem_mark), message


def _line(mark: object) -> int:
    line: int = getattr(mark, "line", 0)
    return line + 1


def _number(written: str) -> int:
    if len(written) > LONGEST_NUMBER:
        raise ValueError(written)
    return int(written.replace("_", ""), 0 if written.lstrip("+-")[:2].lower() in {"0x", "0o", "0b"} else 10)


def _finite(written: str) -> float:
    number = float(written.replace("_", ""))
    if not math.isfinite(number):
        raise ValueError(written)
    return number


def _text(written: str) -> str:
    written.encode()
    return written


def _refused(written: str) -> object:
    raise ValueError(written)


SCALARS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "str": (_text, "not a text that can be stored"),
    "int": (_number, "not a number that can be read"),
    "float": (_finite, "not a number that can be read"),
    "bool": (lambda written: written.lower() in {"true", "yes", "on"}, ""),
    "timestamp": (_text, ""),
    "null": (_refused, "nothing is written here; write a value, or leave out the key (a # needs quotes)"),
}
CORE = "tag:yaml.org,2002:"


class _Reading:
    """One pass over the nodes of a document."""

    def __init__(self) -> None:
        self.lines: dict[Place, int] = {(): 1}
        self.flaws: list[Flaw] = []
        self.around: list[Node] = []

    def source(self, root: Node | None) -> Source:
        data = None if root is None else self.value(root, ())
        return Source(data, self.lines, tuple(self.flaws))

    def value(self, node: Node, place: Place) -> object:
        self.lines.setdefault(place, _line(node.start_mark))
        if len(self.lines) > MOST_VALUES:
            raise UnreadableError(_line(node.start_mark), "too many values; aliases multiply them")
        if isinstance(node, ScalarNode):
            return self.scalar(node, place)
        if node in self.around:
            self.flaws.append(Flaw(self.lines[place], place, "this alias stands for something around it"))
            return None
        self.around.append(node)
        collection = self.mapping(node, place) if isinstance(node, MappingNode) else self.sequence(node, place)
        self.around.pop()
        return collection

    def sequence(self, node: Node, place: Place) -> list[object]:
        return [self.value(item, (*place, number)) for number, item in enumerate(node.value)]

    def mapping(self, node: MappingNode, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, _line(key_node.start_mark)
            if not isinstance(key, str):
                self.flaws.append(Flaw(line, place, "a key must be a word"))
            elif key in found:
                first = self.lines[*place, key]
                self.flaws.append(Flaw(line, (*place, key), f"stands here twice, first in line {first}"))
            else:
                self.lines[*place, key] = line
                found[key] = self.value(value_node, (*place, key))
        return found

    def scalar(self, node: ScalarNode, place: Place) -> object:
        tag = str(node.tag).removeprefix(CORE)
        read, failure = SCALARS.get(tag, (_refused, f"unknown tag {node.tag}"))
        try:
            return read(node.value)
        except ValueError:
            self.flaws.append(Flaw(self.lines[place], place, failure))
            return None
