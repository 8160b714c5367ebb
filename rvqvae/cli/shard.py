"""`python -m rvqvae shard`."""

import argparse

from rvqvae.cli.reports import Subparsers


def add(commands: Subparsers) -> None:
    """Add the parser of `shard`."""
    parser = commands.add_parser(
        "shard",
        help="training clips to memory-mapped shards, for data larger than memory",
        description=(
            "Write the features of all training clips, mirrored and re-timed ones included, into a folder "
            "that `train --data FOLDER` reads through a memory map: 1,052 bytes a frame. Large corpora are "
            "prepared in several folders, side by side, and trained on together."
        ),
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(run=run)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH", help="training clips")
    parser.add_argument("--out", required=True, metavar="FOLDER")
    add_variants(parser)


def add_variants(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which variants of each clip to train on."""
    parser.add_argument("--exclude", nargs="+", default=[], metavar="CLIP", help="names to leave out")
    parser.add_argument("--no-mirror", action="store_true", help="leave out mirrored clips")
    parser.add_argument(
        "--speeds", nargs="+", type=float, default=[1.0], help="play each clip at these speeds"
    )


def run(arguments: argparse.Namespace) -> None:
    """Prepare shards as the arguments say."""
    from tqdm import tqdm

    from rvqvae.cli.training_data import check_excluded
    from rvqvae.training.shards import prepare_shards

    check_excluded(arguments.exclude, arguments.data)
    with tqdm(unit="frame", unit_scale=True, dynamic_ncols=True, leave=False) as bar:
        folder = prepare_shards(
            arguments.data,
            arguments.out,
            mirror=not arguments.no_mirror,
            speeds=arguments.speeds,
            exclude=arguments.exclude,
            progress=bar.update,
        )
    count, size = folder.moments.count, sum(file.stat().st_size for file in folder.path.iterdir())
    print(f"{folder.path}: {len(folder.clips):,} clips, {count:,} frames, {size:,} bytes")
