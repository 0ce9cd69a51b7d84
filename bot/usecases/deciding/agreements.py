"""Under which rules a handoff is decided; decisions and cards ask the same."""

from storage.governing.agreements import agreement_of as agreement_of  # noqa: PLC0414 -- read from here by every decision
