"""What commands that process many files share: an option, and what they say on stderr."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rvqvae.bulk import Report
    from rvqvae.checkpoints.checkpoint import Checkpoint

# What `ArgumentParser.add_subparsers` gives; its class has no public name.
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

CONVERT_HELP = "convert features of another layout where that is possible, instead of refusing them"


def add_joint_map(parser: argparse.ArgumentParser) -> None:
    """Add the option that says which joints of BVH files stand for which."""
    parser.add_argument(
        "--joint-map",
        metavar="FILE.json",
        help="joints of .bvh files where their names do not tell; `python -m rvqvae joints` writes one",
    )


def read_joint_map(arguments: argparse.Namespace, files: Sequence[Path]) -> dict[str, str | None] | None:
    """The joint map that the arguments name for some files; None where they name none.

    Raises
    ------
    ValueError
        If it cannot be read, or none of the files is a BVH.
    """
    from rvqvae.motion import read_joint_map

    if arguments.joint_map is None:
        return None
    if not any(file.suffix.lower() == ".bvh" for file in files):
        raise ValueError("--joint-map is about .bvh files, and there is none among the data")
    return read_joint_map(arguments.joint_map)


def print_remarks(checkpoint: "Checkpoint") -> None:
    """Say what had to be assumed to read a foreign checkpoint."""
    for remark in checkpoint.info.get("remarks", []):
        print(f"{checkpoint.name}: {remark}", file=sys.stderr)


def print_report(command: str, report: "Report") -> int:
    """Say what was converted and what failed; returns the exit status, 1 if anything failed."""
    for sentence, remark in report.remarks.items():
        others = f" and {remark.clips - 1} more" if remark.clips > 1 else ""
        print(f"{remark.name}{others}: {sentence}", file=sys.stderr)
    for failure in report.failures:
        print(f"rvqvae {command}: {failure.name}: {failure.reason}", file=sys.stderr)
    if report.failures:
        print(f"rvqvae {command}: {len(report.failures)} could not be processed", file=sys.stderr)
    return 1 if report.failures else 0
