"""The lock files: every package pinned and hashed, from nowhere in particular, and what is tested is what is locked."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
RUNS, TESTS = "requirements.txt", "requirements-dev.txt"
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(name: str) -> list[str]:
    """Each requirement of a lock file with its hashes, on one line."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def locked(name: str) -> dict[str, Requirement]:
    found = [Requirement(entry.partition(" --hash")[0]) for entry in entries(name)]
    return {canonicalize_name(one.name): one for one in found}


def wanted(*groups: str) -> list[Requirement]:
    """What `pyproject.toml` asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [
        *project["project"]["dependencies"],
        *(one for group in groups for one in project["dependency-groups"][group]),
    ]
    return [Requirement(one) for one in named]


@pytest.mark.parametrize("name", [RUNS, TESTS])
def test_every_package_is_pinned_hashed_and_from_no_place_in_particular(name: str) -> None:
    assert len(locked(name)) == len(entries(name))
    for entry in entries(name):
        pinned, *hashes = entry.split(" --hash")
        assert re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.+!]*( *;.*)?", pinned.strip()), pinned
        assert hashes
        assert all(HASH.fullmatch(f"--hash{one.strip()}") for one in hashes)
        assert "://" not in entry


@pytest.mark.parametrize(("name", "groups"), [(RUNS, ("build",)), (TESTS, ("build", "dev"))])
def test_what_the_project_asks_for_is_locked_at_a_version_that_fits(name: str, groups: tuple[str, ...]) -> None:
    found = locked(name)
    for one in wanted(*groups):
        (pin,) = found[canonicalize_name(one.name)].specifier
        assert one.specifier.contains(pin.version), one


def test_what_runs_is_a_part_of_what_is_tested() -> None:
    assert set(entries(RUNS)) <= set(entries(TESTS))


def test_what_is_tested_is_what_is_locked() -> None:
    pins = {name: one for name, one in locked(TESTS).items() if one.marker is None or one.marker.evaluate()}
    assert {name: version(name) for name in pins} == {
        name: next(iter(one.specifier)).version for name, one in pins.items()
    }
