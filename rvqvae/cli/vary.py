"""`python -m rvqvae vary`."""

import argparse
from typing import Any

from rvqvae.cli.reports import Subparsers


def add(commands: Subparsers) -> None:
    """Add the parser of `vary`."""
    parser = commands.add_parser(
        "vary",
        help="make more training clips: backwards, and put together from several",
        description="Write variations of joint clips into a corpus file that `train --data` takes.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(run=run)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH", help="clips to vary")
    parser.add_argument("--exclude", nargs="+", default=[], metavar="CLIP", help="names to leave out")
    parser.add_argument("--backwards", action="store_true", help="each clip played backwards")
    parser.add_argument(
        "--bodies", type=int, default=0, help="times that each clip comes with another's upper body"
    )
    parser.add_argument(
        "--mixed",
        type=int,
        default=0,
        metavar="N",
        help="times that each clip comes with a random choice of --changes",
    )
    parser.add_argument(
        "--changes",
        nargs="+",
        metavar="CHANGE",
        help="what --mixed may do: stretch, body, arms, head, scale, bend, blend, topple; all when not given",
    )
    parser.add_argument(
        "--partners",
        nargs="+",
        metavar="PATH",
        help="where upper bodies and limbs come from, each path as likely as the others; the clips "
        "themselves when not given",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True, metavar="FILE.npz")


def run(arguments: argparse.Namespace) -> None:
    """Write the variations that the arguments ask for."""
    from rvqvae.cli.training_data import check_excluded
    from rvqvae.motion import iterate_clips, write_corpus
    from rvqvae.training.variations import CHANGES, vary

    if min(arguments.bodies, arguments.mixed) < 0 or not (
        arguments.backwards or arguments.bodies or arguments.mixed
    ):
        raise ValueError("nothing to make: give --backwards, or --bodies or --mixed of 1 or more")
    partners = arguments.partners or arguments.data
    check_excluded(arguments.exclude, [*arguments.data, *partners])

    def joints_of(path: str) -> list[Any]:
        found = [clip for clip in iterate_clips(path) if clip[0] not in arguments.exclude]
        for name, array in found:
            if array.ndim == 2:
                raise ValueError(f"{path}: {name} holds features; only joints can be varied")
        return found

    clips = [clip for path in arguments.data for clip in joints_of(path)]
    made = list(
        vary(
            clips,
            [joints_of(path) for path in partners],
            backwards=arguments.backwards,
            bodies=arguments.bodies,
            seed=arguments.seed,
            mixed=arguments.mixed,
            changes=arguments.changes or CHANGES,
        )
    )
    write_corpus(arguments.out, made)
    print(f"{arguments.out}: {len(made):,} clips, {sum(len(joints) for _, joints in made):,} frames")
