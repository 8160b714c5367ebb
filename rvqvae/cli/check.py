"""`python -m rvqvae check`."""

import argparse
from pathlib import Path

from rvqvae.cli.reports import Subparsers

MOST_SHOWN = 200


def add(commands: Subparsers) -> None:
    """Add the parser of `check`."""
    parser = commands.add_parser(
        "check",
        help="check a Motion-S submission",
        description=(
            "List what is wrong or suspicious in a CSV of tokens, by row (the header is row 1) and column. "
            "Exit status 1 if anything is wrong."
        ),
    )
    parser.set_defaults(run=run)
    parser.add_argument("table", metavar="TABLE.csv")
    parser.add_argument(
        "--ids", metavar="FILE", help="the expected ids: a text file, one a line, or a .csv with a column id"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check as the arguments say."""
    from rvqvae.tokens import check_submission, read_ids

    expected = None if arguments.ids is None else read_ids(Path(arguments.ids))
    findings = check_submission(arguments.table, expected)
    for finding in findings[:MOST_SHOWN]:
        print(f"{'wrong' if finding.wrong else 'suspicious'}: {finding}")
    if len(findings) > MOST_SHOWN:
        print(f"... and {len(findings) - MOST_SHOWN} more")
    wrong = sum(finding.wrong for finding in findings)
    print(f"{arguments.table}: {wrong} wrong, {len(findings) - wrong} suspicious")
    return 1 if wrong else 0
