"""The one name for JSON objects that pass through."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
