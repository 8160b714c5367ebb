"""The command line. Bad input ends with one sentence on stderr and exit status 2."""

import argparse
import sys
from pathlib import Path

from rvqvae.cli import check, evaluate, inspect, joints, reconstruct, refit, shard, tokenize, train, vary

COMMANDS = (vary, shard, train, refit, evaluate, tokenize, reconstruct, joints, check, inspect)


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns its exit status."""
    prog = "rvqvae" if Path(sys.argv[0]).stem == "rvqvae" else "python -m rvqvae"
    parser = argparse.ArgumentParser(prog=prog, description="RVQ-VAE tokenizers for human motion.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments) or 0
    except (ValueError, OSError) as error:
        print(f"rvqvae {arguments.command}: {error}", file=sys.stderr)
        return 2
