"""`python -m rvqvae inspect`."""

import argparse
import json
from pathlib import Path


def add(commands) -> None:
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
    parser.add_argument("--device", default="auto")


def run(arguments: argparse.Namespace) -> int:
    """Examine as the arguments say; returns the exit status."""
    from rvqvae.doctor import examine, format_report
    from rvqvae.motion import read_clips

    clips = None
    if arguments.data:
        clips = [clip for path in arguments.data for clip in read_clips(path)]
    report = examine(arguments.checkpoint, clips, device=arguments.device)
    print(format_report(report))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(report.to_dict(), indent=2) + "\n", encoding="utf-8")
    return report.status
