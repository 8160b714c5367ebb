"""What commands that process many files say on stderr."""

import sys
from collections.abc import Sequence

from rvqvae.batch import Failure
from rvqvae.checkpoint import Checkpoint


def print_remarks(checkpoint: Checkpoint) -> None:
    """Say what had to be assumed to read a foreign checkpoint."""
    for remark in checkpoint.info.get("remarks", []):
        print(f"{checkpoint.name}: {remark}", file=sys.stderr)


def report_failures(command: str, failures: Sequence[Failure]) -> int:
    """List what could not be processed; returns the exit status, 1 if there was anything."""
    for failure in failures:
        print(f"rvqvae {command}: {failure.name}: {failure.reason}", file=sys.stderr)
    if failures:
        print(f"rvqvae {command}: {len(failures)} could not be processed", file=sys.stderr)
    return 1 if failures else 0
