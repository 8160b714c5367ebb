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
            "that `train --data FOLDER` reads through a memory map: four bytes for each feature of a "
            "frame, 1,052 of HumanML3D. Large corpora are prepared in several folders, side by side, and "
            "trained on together."
        ),
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(run=run)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH", help="training clips")
    parser.add_argument("--out", required=True, metavar="FOLDER")
    add_layout(parser, "humanml3d when not given")
    add_variants(parser)


def add_layout(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the option that names the layout of the clips' features."""
    parser.add_argument(
        "--layout",
        metavar="NAME",
        help="of the clips' features: a name of docs/layouts.md, or a .json file that describes an unnamed "
        f"one ({{}} takes what is found in the first clip); {default}",
    )


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

    from rvqvae.cli.training_data import check_excluded, layout_of
    from rvqvae.training.shards import prepare_shards

    layout = layout_of(arguments.layout, arguments.data, None)
    check_excluded(arguments.exclude, arguments.data, layout)
    with tqdm(unit="frame", unit_scale=True, dynamic_ncols=True, leave=False) as bar:
        folder = prepare_shards(
            arguments.data,
            arguments.out,
            mirror=not arguments.no_mirror,
            speeds=arguments.speeds,
            exclude=arguments.exclude,
            layout=layout,
            progress=bar.update,
        )
    count, size = folder.moments.count, sum(file.stat().st_size for file in folder.path.iterdir())
    print(f"{folder.path}: {len(folder.clips):,} clips, {count:,} frames, {size:,} bytes")
