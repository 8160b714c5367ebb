"""`python -m rvqvae evaluate`."""

import argparse
import json
from collections.abc import Container
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
    parser.add_argument(
        "--part-weights",
        nargs="+",
        default=[],
        metavar="PART=W",
        help="also print an error in which each joint of a part counts so much, as body=1 left_hand=3; parts "
        "that are left out count 1",
    )


def _part_weights(given: list[str], parts: Container[str]) -> dict[str, float]:
    """Weights by part of the body ("left hand"), from words such as left_hand=3.

    parts : that the body has; an underscore that none of them has stands for a space

    Raises
    ------
    ValueError
        If a word is none, or names a part again.
    """
    weights: dict[str, float] = {}
    for word in given:
        part, _, weight = word.rpartition("=")
        part = part if part in parts else part.replace("_", " ")
        try:
            if not part or part in weights:
                raise ValueError
            weights[part] = float(weight)
        except ValueError:
            raise ValueError(
                f"--part-weights: found {word[:60]!r}; expected each part once, as left_hand=3"
            ) from None
    return weights


def run(arguments: argparse.Namespace) -> None:
    """Evaluate as the arguments say."""
    from tqdm import tqdm

    from rvqvae.checkpoints.loading import load_checkpoint
    from rvqvae.evaluation.evaluation import evaluate, format_evaluation
    from rvqvae.evaluation.protocols import REPEATS, as_momask_reports, format_reported
    from rvqvae.motion import read_clips
    from rvqvae.motion.layouts import HUMANML3D

    if arguments.part_weights and arguments.protocol == "momask":
        raise ValueError(
            "--part-weights: MoMask's evaluation counts every joint alike; leave --protocol momask out"
        )
    checkpoint = load_checkpoint(arguments.checkpoint, arguments.device)
    parts = checkpoint.body.skeleton.groups if checkpoint.body else {}
    part_weights = _part_weights(arguments.part_weights, parts)
    clips = [clip for path in arguments.data for clip in read_clips(path, checkpoint.body or HUMANML3D)]
    frames = sum(len(clip.features) for clip in clips)
    as_momask = arguments.protocol == "momask"
    with tqdm(total=frames, unit="frame", dynamic_ncols=True, leave=False) as bar:
        if as_momask:
            reported = as_momask_reports(checkpoint, clips, progress=lambda more: bar.update(more / REPEATS))
            result, text = reported.to_dict(), format_reported(reported)
        else:
            result = evaluate(checkpoint, clips, progress=bar.update, part_weights=part_weights)
            text = format_evaluation(result)
    print(f"{checkpoint.name}, {checkpoint.fps:g} fps")
    print(text)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n")
