"""`python -m rvqvae evaluate`."""

import argparse
import json
from pathlib import Path


def add(commands) -> None:
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


def run(arguments: argparse.Namespace) -> None:
    """Evaluate as the arguments say."""
    from tqdm import tqdm

    from rvqvae.checkpoint import load_checkpoint
    from rvqvae.evaluation import evaluate, format_evaluation
    from rvqvae.motion import read_clips

    checkpoint = load_checkpoint(arguments.checkpoint, arguments.device)
    clips = [clip for path in arguments.data for clip in read_clips(path)]
    frames = sum(len(clip.features) for clip in clips)
    with tqdm(total=frames, unit="frame", dynamic_ncols=True, leave=False) as bar:
        result = evaluate(checkpoint, clips, progress=bar.update)
    print(f"{checkpoint.name}, {checkpoint.fps:g} fps")
    print(format_evaluation(result))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n")
