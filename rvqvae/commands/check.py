"""`python -m rvqvae check`."""

import argparse
from pathlib import Path

MOST_SHOWN = 200
MAX_IDS_BYTES = 64 << 20


def add(commands) -> None:
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
    parser.add_argument("--ids", metavar="FILE", help="text file of the expected ids, one a line")


def run(arguments: argparse.Namespace) -> int:
    """Check as the arguments say."""
    from rvqvae.motion.submission import check_submission

    expected = None if arguments.ids is None else _read_ids(Path(arguments.ids))
    findings = check_submission(arguments.table, expected)
    for finding in findings[:MOST_SHOWN]:
        print(f"{'wrong' if finding.wrong else 'suspicious'}: {finding}")
    if len(findings) > MOST_SHOWN:
        print(f"... and {len(findings) - MOST_SHOWN} more")
    wrong = sum(finding.wrong for finding in findings)
    print(f"{arguments.table}: {wrong} wrong, {len(findings) - wrong} suspicious")
    return 1 if wrong else 0


def _read_ids(path: Path) -> list[str]:
    if path.stat().st_size > MAX_IDS_BYTES:
        raise ValueError(f"{path}: larger than {MAX_IDS_BYTES} bytes; expected a list of ids")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not a text file in UTF-8; expected one id a line") from None
    return [line.strip() for line in lines if line.strip()]
