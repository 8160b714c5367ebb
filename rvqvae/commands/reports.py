"""What commands that process many files say on stderr."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rvqvae.batch import Report
    from rvqvae.checkpoint import Checkpoint

CONVERT_HELP = "convert features of another layout where that is possible, instead of refusing them"


def print_remarks(checkpoint: "Checkpoint") -> None:
    """Say what had to be assumed to read a foreign checkpoint."""
    for remark in checkpoint.info.get("remarks", []):
        print(f"{checkpoint.name}: {remark}", file=sys.stderr)


def print_report(command: str, report: "Report") -> int:
    """Say what was converted and what failed; returns the exit status, 1 if anything failed."""
    for remark, names in report.remarks.items():
        others = f" and {len(names) - 1} more" if len(names) > 1 else ""
        print(f"{names[0]}{others}: {remark}", file=sys.stderr)
    for failure in report.failures:
        print(f"rvqvae {command}: {failure.name}: {failure.reason}", file=sys.stderr)
    if report.failures:
        print(f"rvqvae {command}: {len(report.failures)} could not be processed", file=sys.stderr)
    return 1 if report.failures else 0
