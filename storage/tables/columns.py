"""Columns that several tables have."""

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field


def document(**options: Any) -> Any:
    """A JSON column that is never NULL."""
    return Field(sa_column=Column(JSON, nullable=False), **options)
