"""`python -m rvqvae vary`."""

import argparse


def add(commands) -> None:
    """Add the parser of `vary`."""
    parser = commands.add_parser(
        "vary",
        help="make more training clips: backwards, and with other clips' upper bodies",
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
        "--partners",
        nargs="+",
        metavar="PATH",
        help="where upper bodies come from, each path as likely as the others; the clips themselves when not "
        "given",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True, metavar="FILE.npz")


def run(arguments: argparse.Namespace) -> None:
    """Write the variations that the arguments ask for."""
    from rvqvae.commands.train import check_excluded
    from rvqvae.motion import iterate_clips, write_corpus
    from rvqvae.training.variations import vary

    if arguments.bodies < 0 or not (arguments.backwards or arguments.bodies):
        raise ValueError("nothing to make: give --backwards, --bodies of 1 or more, or both")
    partners = arguments.partners or arguments.data
    check_excluded(arguments.exclude, [*arguments.data, *partners])

    def joints_of(path: str) -> list:
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
        )
    )
    write_corpus(arguments.out, made)
    print(f"{arguments.out}: {len(made):,} clips, {sum(len(joints) for _, joints in made):,} frames")
