"""The browser's side: its unit tests under Node, and its types where the compiler is installed (`npm ci`)."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLDEST_NODE = 20  # that the compiler runs on
COMPILER = ROOT / "node_modules" / ".bin" / "tsc"


def node_version() -> int:
    """The first number of Node's version; 0 where there is none."""
    if shutil.which("node") is None:
        return 0
    told = subprocess.run(["node", "--version"], capture_output=True, text=True)
    return int(told.stdout.lstrip("v").split(".")[0])


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
def test_unit_tests_pass():
    tests = sorted(map(str, Path(__file__).parent.glob("*.test.js")))
    run = subprocess.run(["node", "--test", *tests], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:]


@pytest.mark.skipif(not COMPILER.exists(), reason="the TypeScript compiler is not installed: npm ci")
@pytest.mark.skipif(node_version() < OLDEST_NODE, reason="the TypeScript compiler runs on a newer Node")
def test_types_hold():
    run = subprocess.run(
        [str(COMPILER), "--project", "tsconfig.json"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout[-4000:]
