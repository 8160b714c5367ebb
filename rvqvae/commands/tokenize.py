"""`python -m rvqvae tokenize`."""

import argparse
import sys

from rvqvae.commands.reports import CONVERT_HELP, add_joint_map


def add(commands) -> None:
    """Add the parser of `tokenize`."""
    parser = commands.add_parser(
        "tokenize",
        help="motion files to a table of tokens",
        description=(
            "Write the tokens of every clip into one table: .csv (id, base_tokens, residual_1 ...), .json or "
            ".npz. An interrupted run goes on where it stopped; bad files are passed over and listed at the "
            "end, with exit status 1."
        ),
    )
    parser.set_defaults(run=run)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH")
    parser.add_argument("--out", required=True, metavar="TABLE")
    parser.add_argument("--convert", action="store_true", help=CONVERT_HELP)
    add_joint_map(parser)
    parser.add_argument("--device", default="auto")


def run(arguments: argparse.Namespace) -> int:
    """Tokenize as the arguments say."""
    from tqdm import tqdm

    from rvqvae.batch import tokenize_files
    from rvqvae.checkpoint import load_checkpoint
    from rvqvae.commands.reports import print_remarks, print_report, read_joint_map
    from rvqvae.motion import motion_files

    checkpoint = load_checkpoint(arguments.checkpoint, arguments.device)
    print_remarks(checkpoint)
    files = [file for path in arguments.data for file in motion_files(path)]
    joint_map = read_joint_map(arguments, files)
    with tqdm(files, unit="file", dynamic_ncols=True, leave=False) as bar:
        try:
            table, report = tokenize_files(
                checkpoint,
                files,
                arguments.out,
                convert=arguments.convert,
                joint_map=joint_map,
                progress=lambda _: bar.update(),
            )
        except KeyboardInterrupt:
            bar.close()
            print("stopped; the same command goes on from here", file=sys.stderr)
            return 130
    print(f"{len(table.rows)} clips tokenized by {checkpoint.name} ({checkpoint.fingerprint})")
    return print_report("tokenize", report)
