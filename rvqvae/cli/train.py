"""`python -m rvqvae train`."""

import argparse
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rvqvae.checkpoints.formats.own import FAMILIES, MOTION_S
from rvqvae.cli.reports import Subparsers
from rvqvae.cli.shard import add_layout
from rvqvae.cli.training_data import check_excluded, check_weights, layout_of
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.dilated import DilatedConfig
from rvqvae.training.settings import TrainingSettings

if TYPE_CHECKING:
    from rvqvae.checkpoints.checkpoint import Checkpoint

# Hyperparameters that the shapes of the weights depend on, or what a weight means.
STRUCTURE = (
    "latent_dim",
    "hidden_dim",
    "num_layers",
    "downsampling_ratio",
    "num_quantizers",
    "num_embeddings",
    "depth",
    "dilation_growth_rate",
    "activation",
)
DATA = ("input_dim", "output_dim")


def add(commands: Subparsers) -> None:
    """Add the parser of `train`."""
    parser = commands.add_parser(
        "train",
        help="train a tokenizer",
        description="Train a tokenizer. Writes state.pt, log.jsonl, best/ and last/ into OUT.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(run=run)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH", help="training clips")
    parser.add_argument(
        "--weights",
        nargs="+",
        type=float,
        metavar="W",
        help="weight of each PATH's frames in the mixture; 1 for all when not given",
    )
    parser.add_argument("--exclude", nargs="+", default=[], metavar="CLIP", help="names to leave out")
    add_layout(parser, "--init's when not given, else humanml3d")
    parser.add_argument("--val", nargs="+", default=[], metavar="PATH", help="validation clips")
    parser.add_argument("--out", required=True, help="folder of the run; its name names the checkpoint")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt")
    parser.add_argument(
        "--init",
        metavar="CHECKPOINT",
        help="start from this checkpoint's weights and normalisation, and from its hyperparameters where "
        "none is given here",
    )
    parser.add_argument("--device", default="auto")
    parser.add_argument("--no-mirror", action="store_true", help="leave out mirrored clips")
    parser.add_argument(
        "--speeds", nargs="+", type=float, default=[1.0], help="play each clip at these speeds"
    )
    parser.add_argument("--licence", help="licence of the weights, for config.json")
    _add_fields(parser.add_argument_group("training"), TrainingSettings)
    parser.add_argument(
        "--family",
        choices=list(FAMILIES),
        help="the network around the quantizer: motion-s when not given, or dilated, which is MoMask's and "
        "has defaults of its own",
    )
    _add_fields(parser.add_argument_group("model"), RVQVAEConfig, skip=DATA)
    shared = tuple(field.name for field in fields(RVQVAEConfig))
    _add_fields(parser.add_argument_group("model, dilated family only"), DilatedConfig, skip=shared)


def _add_fields(group: argparse._ArgumentGroup, dataclass: type, skip: Sequence[str] = ()) -> None:
    for field in fields(dataclass):
        if field.name in skip:
            continue
        option = "--" + field.name.replace("_", "-")
        if field.type is bool:
            group.add_argument(option, action="store_true", default=argparse.SUPPRESS)
        else:
            group.add_argument(
                option, type=field.type, default=argparse.SUPPRESS, help=f"default {field.default}"
            )


def _given(arguments: argparse.Namespace, dataclass: type) -> dict[str, Any]:
    names = {field.name for field in fields(dataclass)}
    return {k: v for k, v in vars(arguments).items() if k in names}


def _continued(config: RVQVAEConfig, given: dict[str, Any]) -> RVQVAEConfig:
    """A checkpoint's hyperparameters with those given here, as far as its weights still fit."""
    for name in STRUCTURE:
        if name in given and hasattr(config, name) and given[name] != getattr(config, name):
            raise ValueError(
                f"--init: the checkpoint has {name} {getattr(config, name)}, not {given[name]}; "
                "its weights fit no other"
            )
    return replace(config, **given)


def _config(arguments: argparse.Namespace, start: "Checkpoint | None") -> RVQVAEConfig:
    """The hyperparameters of the run: of its start or its family, with those given."""
    family = arguments.family or MOTION_S
    if start:
        family = next(name for name, (_, model) in FAMILIES.items() if type(start.model) is model)
        if arguments.family not in (None, family):
            raise ValueError(f"--init: the checkpoint is of the family {family}, not {arguments.family}")
    kind = FAMILIES[family][0]
    given = _given(arguments, DilatedConfig)
    foreign = sorted(set(given) - {field.name for field in fields(kind)})
    if foreign:
        raise ValueError(f"--{foreign[0].replace('_', '-')}: the family {family} has no such hyperparameter")
    return _continued(start.config, given) if start else kind(**given)


def run(arguments: argparse.Namespace) -> None:
    """Train as the arguments say; under torchrun as one of its ranks."""
    from rvqvae.nn.distributed import process_group

    with process_group():
        _train(arguments)


def _train(arguments: argparse.Namespace) -> None:
    from rvqvae.checkpoints.loading import load_checkpoint
    from rvqvae.motion import read_clips
    from rvqvae.training.data import read_source
    from rvqvae.training.loop import Trainer
    from rvqvae.training.state import STATE

    weights = check_weights(arguments.weights, arguments.data)
    if not arguments.resume and (Path(arguments.out) / STATE).exists():
        raise ValueError(f"{arguments.out}: holds a run already; add --resume, or choose another --out")
    start = load_checkpoint(arguments.init, "cpu") if arguments.init else None
    layout = layout_of(arguments.layout, arguments.data, start)
    check_excluded(arguments.exclude, arguments.data, layout)
    config = replace(_config(arguments, start), input_dim=layout.width, output_dim=layout.width)
    settings = TrainingSettings(**_given(arguments, TrainingSettings))
    sources = [
        read_source(
            path,
            weight,
            mirror=not arguments.no_mirror,
            speeds=arguments.speeds,
            exclude=arguments.exclude,
            layout=layout,
        )
        for path, weight in zip(arguments.data, weights, strict=True)
    ]
    data = [
        {
            "name": Path(s.path).stem,
            "weight": s.weight,
            "frames": int(s.lengths.sum()),
        }
        for s in sources
    ]
    info = {
        "started_from": start and {"name": start.name, **start.info.get("training", {})},
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
        {Path(path).stem: read_clips(path, layout) for path in arguments.val},
        arguments.out,
        device=arguments.device,
        start=start,
        info=info,
        layout=layout,
    )
    if arguments.resume:
        trainer.resume()
    trainer.run()
