"""Columns that several tables have."""

from typing import Any

from sqlalchemy import JSON, Column, text
from sqlmodel import Field


def document(**options: Any) -> Any:
    """A JSON column that is never NULL."""
    return Field(sa_column=Column(JSON, nullable=False), **options)


def listed() -> Any:
    """A JSON column that is an empty list where a release that does not know it left it out."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'")))
