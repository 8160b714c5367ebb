"""`python -m rvqvae evaluate`."""

import argparse
import json
from pathlib import Path

from rvqvae.cli.reports import Subparsers


def add(commands: Subparsers) -> None:
    """Add the parser of `evaluate`."""
    parser = commands.add_parser(
        "evaluate",
        help="errors after each layer and codebook use over a data set",
        description="Reconstruct whole clips from the first 1 to Q layers and print the errors in mm.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH")
    parser.add_argument("--json", metavar="OUT", help="also write the figures here")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--protocol",
        choices=("ours", "momask"),
        default="ours",
        help="whole clips, or the lengths, crops, padding and repetition of MoMask's reported MPJPE",
    )


def run(arguments: argparse.Namespace) -> None:
    """Evaluate as the arguments say."""
    from tqdm import tqdm

    from rvqvae.checkpoints.loading import load_checkpoint
    from rvqvae.evaluation.evaluation import evaluate, format_evaluation
    from rvqvae.evaluation.protocols import REPEATS, as_momask_reports, format_reported
    from rvqvae.motion import read_clips
    from rvqvae.motion.layouts import HUMANML3D

    checkpoint = load_checkpoint(arguments.checkpoint, arguments.device)
    clips = [clip for path in arguments.data for clip in read_clips(path, checkpoint.body or HUMANML3D)]
    frames = sum(len(clip.features) for clip in clips)
    as_momask = arguments.protocol == "momask"
    with tqdm(total=frames, unit="frame", dynamic_ncols=True, leave=False) as bar:
        if as_momask:
            reported = as_momask_reports(checkpoint, clips, progress=lambda more: bar.update(more / REPEATS))
            result, text = reported.to_dict(), format_reported(reported)
        else:
            result = evaluate(checkpoint, clips, progress=bar.update)
            text = format_evaluation(result)
    print(f"{checkpoint.name}, {checkpoint.fps:g} fps")
    print(text)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n")
