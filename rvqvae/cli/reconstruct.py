"""`python -m rvqvae reconstruct`."""

import argparse
from pathlib import Path

from rvqvae.cli.reports import CONVERT_HELP, Subparsers, add_joint_map


def add(commands: Subparsers) -> None:
    """Add the parser of `reconstruct`."""
    parser = commands.add_parser(
        "reconstruct",
        help="motion files through the first k layers and back",
        description=(
            "Write what the first k layers give. One clip goes to OUT with a suffix: features as .npy, "
            "features and joints as .npz, .bvh, or with the original a film (.mp4, .gif) or a scene (.glb), "
            "each joint in the colour of its error. Many go to "
            "the folder OUT, one .npy a clip, where an interrupted run goes on; bad files are passed over "
            "and listed at the end, with exit status 1."
        ),
    )
    parser.set_defaults(run=run)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", required=True, metavar="CLIP", help="motion file, or folder of them")
    parser.add_argument("--layers", type=int, metavar="k", help="layers to keep; all when not given")
    parser.add_argument("--out", required=True, metavar="OUT")
    parser.add_argument("--convert", action="store_true", help=CONVERT_HELP)
    add_joint_map(parser)
    parser.add_argument("--device", default="auto")


def run(arguments: argparse.Namespace) -> int:
    """Reconstruct as the arguments say."""
    from tqdm import tqdm

    from rvqvae.bulk import Reader, reconstruct_file, reconstruct_files
    from rvqvae.checkpoints.loading import load_checkpoint
    from rvqvae.cli.reports import print_remarks, print_report, read_joint_map
    from rvqvae.export import FILM_SUFFIXES, SUFFIXES
    from rvqvae.motion import motion_files

    checkpoint = load_checkpoint(arguments.checkpoint, arguments.device)
    print_remarks(checkpoint)
    most = checkpoint.config.num_quantizers
    layers = most if arguments.layers is None else arguments.layers
    if not 1 <= layers <= most:
        raise ValueError(f"--layers is {layers}; {checkpoint.name} has layers 1 to {most}")
    files, out = motion_files(arguments.data), Path(arguments.out)
    reader = Reader(checkpoint, arguments.convert, read_joint_map(arguments, files))
    if out.suffix in SUFFIXES:
        quiet = out.suffix not in FILM_SUFFIXES
        with tqdm(total=1, bar_format="{percentage:3.0f}%|{bar}|", leave=False, disable=quiet) as bar:
            shape, report = reconstruct_file(
                reader,
                Path(arguments.data),
                out,
                layers,
                progress=lambda share: bar.update(share - bar.n),
            )
        print(f"{out}: {shape} from layers 1 to {layers} of {checkpoint.name}, {checkpoint.fps:g} fps")
        return print_report("reconstruct", report)
    with tqdm(unit="clip", dynamic_ncols=True, leave=False) as bar:
        written, report = reconstruct_files(reader, files, out, layers, progress=bar.update)
    print(f"{written} clips reconstructed from layers 1 to {layers} of {checkpoint.name} into {out}")
    return print_report("reconstruct", report)
