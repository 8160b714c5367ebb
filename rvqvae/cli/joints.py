"""`python -m rvqvae joints`."""

import argparse
import sys

from rvqvae.cli.reports import Subparsers


def add(commands: Subparsers) -> None:
    """Add the parser of `joints`."""
    parser = commands.add_parser(
        "joints",
        help="which joints of a BVH file stand for which",
        description=(
            "Print which joint of a BVH file stands for each of HumanML3D's 22, as its names tell, and write "
            "it as a joint map to correct. Exit status 1 if one that is needed was not found."
        ),
    )
    parser.set_defaults(run=run)
    parser.add_argument("clip", metavar="CLIP.bvh")
    parser.add_argument("--joint-map", metavar="FILE.json", help="what is known already; the rest by name")
    parser.add_argument("--out", metavar="FILE.json", help="write the joint map here")


def run(arguments: argparse.Namespace) -> int:
    """Map as the arguments say."""
    from rvqvae.motion import read_joint_map, write_joint_map
    from rvqvae.motion.bvh.bvh import read_bvh_names
    from rvqvae.motion.mapping import PLACEABLE, MappingError, suggest_joints

    known = read_joint_map(arguments.joint_map) if arguments.joint_map else None
    names = read_bvh_names(arguments.clip)
    try:
        joint_map = suggest_joints(names, known)
    except MappingError as error:
        raise ValueError(f"{arguments.clip}: {error}") from None
    missing = [ours for ours, theirs in joint_map.items() if theirs is None and ours not in PLACEABLE]
    for ours, theirs in joint_map.items():
        print(f"{ours:16}{theirs or ('not found' if ours in missing else 'placed between its neighbours')}")
    if arguments.out:
        write_joint_map(arguments.out, joint_map)
    if missing:
        found = f"found no joint for {', '.join(missing)}; {arguments.clip} has {', '.join(names)}"
        print(f"rvqvae joints: {found}", file=sys.stderr)
    return 1 if missing else 0
