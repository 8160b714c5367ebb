"""The command line. Bad input ends with one sentence on stderr and exit status 2."""

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path

from rvqvae.config import RVQVAEConfig


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except (ValueError, OSError) as error:
        print(f"rvqvae {arguments.command}: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rvqvae", description="RVQ-VAE tokenizers for human motion."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_train(commands)
    _add_evaluate(commands)
    return parser


def _add_train(commands) -> None:
    from rvqvae.training.settings import TrainingSettings

    parser = commands.add_parser(
        "train",
        help="train a tokenizer",
        description="Train a tokenizer. Writes state.pt, log.jsonl, best/ and last/ into OUT.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(run=_train)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH", help="training clips")
    parser.add_argument(
        "--weights",
        nargs="+",
        type=float,
        metavar="W",
        help="weight of each PATH's frames in the mixture; 1 for all when not given",
    )
    parser.add_argument("--exclude", nargs="+", default=[], metavar="CLIP", help="names to leave out")
    parser.add_argument("--val", nargs="+", default=[], metavar="PATH", help="validation clips")
    parser.add_argument("--out", required=True, help="folder of the run; its name names the checkpoint")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--no-mirror", action="store_true", help="leave out mirrored clips")
    parser.add_argument(
        "--speeds", nargs="+", type=float, default=[1.0], help="play each clip at these speeds"
    )
    parser.add_argument("--licence", help="licence of the weights, for config.json")
    _add_fields(parser.add_argument_group("training"), TrainingSettings)
    _add_fields(parser.add_argument_group("model"), RVQVAEConfig, skip=("input_dim", "output_dim"))


def _add_fields(group, dataclass, skip=()) -> None:
    for field in fields(dataclass):
        if field.name not in skip:
            group.add_argument("--" + field.name.replace("_", "-"), type=field.type, default=field.default)


def _from_arguments(arguments, dataclass):
    names = {field.name for field in fields(dataclass)}
    return dataclass(**{k: v for k, v in vars(arguments).items() if k in names})


def _train(arguments) -> None:
    from rvqvae.motion import iterate_clips, read_clips
    from rvqvae.training.data import read_source
    from rvqvae.training.loop import STATE, Trainer
    from rvqvae.training.settings import TrainingSettings

    weights = arguments.weights or [1.0] * len(arguments.data)
    if len(weights) != len(arguments.data) or min(weights) <= 0:
        raise ValueError(
            f"--weights gives {weights} for {len(arguments.data)} paths; expected one above zero for each"
        )
    if not arguments.resume and (Path(arguments.out) / STATE).exists():
        raise ValueError(f"{arguments.out}: holds a run already; add --resume, or choose another --out")
    names = {name for path in arguments.data for name, _ in iterate_clips(path)}
    unknown = sorted(set(arguments.exclude) - names)
    if unknown:
        raise ValueError(f"--exclude: found no clip named {', '.join(unknown)} in the training data")
    config = _from_arguments(arguments, RVQVAEConfig)
    settings = _from_arguments(arguments, TrainingSettings)
    sources = [
        read_source(
            path,
            weight,
            mirror=not arguments.no_mirror,
            speeds=arguments.speeds,
            exclude=arguments.exclude,
        )
        for path, weight in zip(arguments.data, weights, strict=True)
    ]
    data = [
        {
            "name": Path(s.path).stem,
            "weight": s.weight,
            "frames": sum(len(c.features) for c in s.clips),
        }
        for s in sources
    ]
    info = {
        "licence": arguments.licence,
        "training_data": data,
        "excluded": arguments.exclude,
        "mirrored": not arguments.no_mirror,
        "speeds": arguments.speeds,
    }
    trainer = Trainer(
        config,
        settings,
        sources,
        {Path(path).stem: read_clips(path) for path in arguments.val},
        arguments.out,
        device=arguments.device,
        info=info,
    )
    if arguments.resume:
        trainer.resume()
    trainer.run()


def _add_evaluate(commands) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="errors after each layer and codebook use over a data set",
        description="Reconstruct whole clips from the first 1 to Q layers and print the errors in mm.",
    )
    parser.set_defaults(run=_evaluate)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH")
    parser.add_argument("--json", metavar="OUT", help="also write the figures here")
    parser.add_argument("--device", default="auto")


def _evaluate(arguments) -> None:
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
