"""The ranges of the package admit what is pinned and tested; its command comes without Gradio."""

import subprocess
import sys
import tomllib
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.space.__main__ import front_matter
from tests.support.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


# What torch needs beside it depends on the machine; the installer's own part is in no list.
UNLOCKED = ("nvidia", "cuda", "triton", "setuptools")


def pinned(name):
    lines = (ROOT / name).read_text().splitlines()
    return {one.name: one for one in map(Requirement, (line for line in lines if line[0] not in "-#"))}


@pytest.mark.parametrize(
    ("name", "ranges"),
    [
        ("requirements.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["studio"]),
        ("requirements-dev.txt", PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_what_is_pinned_is_what_the_package_asks_for(name, ranges):
    wanted = {one.name: one.specifier for one in map(Requirement, ranges) if one.name != PROJECT["name"]}
    pins = pinned(name)
    assert pins.keys() == wanted.keys()
    for package, pin in pins.items():
        (exact,) = pin.specifier
        assert exact.operator == "=="
        assert wanted[package].contains(exact.version), package


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="other Pythons need other packages besides")
def test_the_lock_holds_what_is_pinned_and_all_that_it_needs():
    """Whoever installs the lock gets the tested versions, and nothing is added that nobody has looked at."""
    locked = {canonicalize_name(name): pin for name, pin in pinned("requirements.lock").items()}
    versions = {name: next(iter(pin.specifier)).version for name, pin in locked.items()}
    pins = pinned("requirements.txt") | pinned("requirements-dev.txt")
    for name, pin in pins.items():
        assert pin.specifier.contains(versions[canonicalize_name(name)]), name
    wanted, seen = [(canonicalize_name(name), pin.extras) for name, pin in pins.items()], set()
    while wanted:
        name, extras = wanted.pop()
        if (name, frozenset(extras)) in seen:
            continue
        seen.add((name, frozenset(extras)))
        for need in map(Requirement, requires(name) or ()):
            asked = need.marker is None or any(need.marker.evaluate({"extra": one}) for one in (*extras, ""))
            if asked and not need.name.startswith(UNLOCKED):
                found = versions.get(canonicalize_name(need.name), "none")
                assert found != "none", f"{name} needs {need}, which is not locked"
                assert need.specifier.contains(found, prereleases=True), f"{name} needs {need}"
                wanted.append((canonicalize_name(need.name), need.extras))


def test_a_space_is_built_with_what_is_pinned_and_with_a_python_that_runs_it():
    fields, pins = front_matter(), pinned("requirements.txt")
    assert Requirement(f"gradio=={fields['sdk_version']}") == pins["gradio"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(fields["python_version"])
    assert len(fields["short_description"]) <= 60  # what the Hub takes
    assert (ROOT / fields["app_file"]).is_file()


def test_the_library_and_its_command_need_no_gradio():
    program = (
        "import sys; sys.modules['gradio'] = sys.modules['plotly'] = None\n"
        "import rvqvae\n"
        "from rvqvae.cli.main import main\n"
        "sys.argv = ['/usr/bin/rvqvae', '--help']; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: rvqvae [-h] COMMAND")
