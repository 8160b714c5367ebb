"""`python -m rvqvae tokenize`."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from rvqvae.cli.reports import CONVERT_HELP, Subparsers, add_joint_map

# The first rank to finish its part waits for the last one.
_PATIENCE = timedelta(days=2)


def add(commands: Subparsers) -> None:
    """Add the parser of `tokenize`."""
    parser = commands.add_parser(
        "tokenize",
        help="motion files to a table of tokens",
        description=(
            "Write the tokens of every clip into one table: .csv (id, base_tokens, residual_1 ...), .json or "
            ".npz. Under torchrun the ranks share the clips. An interrupted run goes on where it stopped; "
            "bad files are passed over and listed at the end, with exit status 1."
        ),
    )
    parser.set_defaults(run=run)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH")
    parser.add_argument("--out", required=True, metavar="TABLE")
    parser.add_argument(
        "--batch-frames",
        type=int,
        metavar="N",
        help="frames encoded at once, padding included; what suits the device when not given. The tokens do "
        "not depend on it",
    )
    parser.add_argument(
        "--beam",
        type=int,
        metavar="WIDTH",
        help="search the codes with a beam of this width, 2 to 16, not greedily: slower, and a little nearer "
        "to the motion; any decoder reads the tokens",
    )
    parser.add_argument("--convert", action="store_true", help=CONVERT_HELP)
    add_joint_map(parser)
    parser.add_argument("--device", default="auto")


def run(arguments: argparse.Namespace) -> int:
    """Tokenize as the arguments say; under torchrun as one of its ranks."""
    from rvqvae.nn.distributed import process_group

    with process_group(_PATIENCE):
        return _tokenize(arguments)


def _tokenize(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from rvqvae.bulk import Reader, tokenize_files
    from rvqvae.checkpoints.loading import load_checkpoint
    from rvqvae.cli.reports import print_remarks, print_report, read_joint_map
    from rvqvae.motion import motion_files
    from rvqvae.nn.distributed import rank

    checkpoint = load_checkpoint(arguments.checkpoint, arguments.device)
    first = rank() == 0
    if first:
        print_remarks(checkpoint)
    files = [file for path in arguments.data for file in motion_files(path)]
    reader = Reader(checkpoint, arguments.convert, read_joint_map(arguments, files))
    with tqdm(unit="clip", dynamic_ncols=True, leave=False, disable=not first) as bar:
        try:
            done = tokenize_files(
                reader,
                files,
                arguments.out,
                batch_frames=arguments.batch_frames,
                beam=arguments.beam,
                progress=bar.update,
            )
        except KeyboardInterrupt:
            bar.close()
            if first:
                print("stopped; the same command goes on from here", file=sys.stderr)
            return 130
    if done is None:
        return 0
    clips, report = done
    print(f"{clips} clips tokenized by {checkpoint.name} ({checkpoint.fingerprint})")
    _warn_of_size(Path(arguments.out), clips)
    return print_report("tokenize", report)


def _warn_of_size(table: Path, clips: int) -> None:
    """Say so if the table is more than this library reads back."""
    from rvqvae.tokens import TokenFileError
    from rvqvae.tokens.table import check_rows, check_size

    try:
        if clips:
            check_size(table)
            check_rows(table, clips)
    except TokenFileError as error:
        print(f"{error}: tokenize parts of the data into tables of their own", file=sys.stderr)
