"""What one policy file says that another does not."""

import difflib


def changed_lines(before: str, after: str) -> list[str]:
    """The lines that go (`- …`) and come (`+ …`), in the file's order; comments and empty lines do not count."""
    old, new = (list(filter(None, map(_told, text.splitlines()))) for text in (before, after))
    return [line for line in difflib.ndiff(old, new) if line[:2] in {"- ", "+ "}]


def _told(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.rstrip()
