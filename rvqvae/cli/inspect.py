"""`python -m rvqvae inspect`."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rvqvae.cli.reports import Subparsers

if TYPE_CHECKING:
    from rvqvae.doctor import Report


def add(commands: Subparsers) -> None:
    """Add the parser of `inspect`."""
    parser = commands.add_parser(
        "inspect",
        help="is this checkpoint sound, and does it work?",
        description="Examine a checkpoint: what it is, whether its tensors are sound, and whether it works "
        "on clips. Exit status 0: healthy; 1: sick; 2: unreadable.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("checkpoint", metavar="CHECKPOINT")
    parser.add_argument(
        "--data",
        nargs="+",
        metavar="PATH",
        help="clips to try it on, best of all of its training data; the sample clips when not given",
    )
    parser.add_argument("--json", metavar="OUT", help="also write the report here")
    parser.add_argument("--html", metavar="OUT", help="also write it as a page that needs nothing else")
    parser.add_argument("--text", metavar="OUT", help="also write it as it is printed")
    parser.add_argument(
        "--repair",
        metavar="OUT",
        help="save a repaired copy in this folder, where the cause found is undone by other metadata or by "
        "the same numbers in other places",
    )
    parser.add_argument("--device", default="auto")


def run(arguments: argparse.Namespace) -> int:
    """Examine as the arguments say; returns the exit status."""
    from rvqvae.doctor import examine, format_report
    from rvqvae.doctor.html import html_report
    from rvqvae.motion import read_clips

    clips = None
    if arguments.data:
        clips = [clip for path in arguments.data for clip in read_clips(path)]
    report = examine(arguments.checkpoint, clips, device=arguments.device)
    print(format_report(report))
    forms: dict[str, Callable[[Report], str]] = {
        "json": lambda report: json.dumps(report.to_dict(), indent=2) + "\n",
        "html": html_report,
        "text": lambda report: format_report(report) + "\n",
    }
    for form, written in forms.items():
        if out := getattr(arguments, form):
            Path(out).write_text(written(report), encoding="utf-8")
    if arguments.repair:
        _repair(report, Path(arguments.repair))
    return report.status


def _repair(report: "Report", folder: Path) -> None:
    from rvqvae.doctor.saving import save_repaired

    if report.repaired is None:
        print("\nNothing was saved: no repair of metadata or of the order of numbers is known for this.")
        return
    save_repaired(report, folder)
    print(f"\nThe repaired copy is in {folder}.")
