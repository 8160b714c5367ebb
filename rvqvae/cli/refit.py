"""`python -m rvqvae refit`."""

import argparse

from rvqvae.cli.reports import Subparsers


def add(commands: Subparsers) -> None:
    """Add the parser of `refit`."""
    parser = commands.add_parser(
        "refit",
        help="fit a checkpoint's codebooks anew to a data set",
        description="Fit the codebooks anew to a data set; encoder and decoder stay as they are.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(run=run)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH")
    parser.add_argument("--weights", nargs="+", type=float, metavar="W", help="as in train")
    parser.add_argument("--exclude", nargs="+", default=[], metavar="CLIP", help="names to leave out")
    parser.add_argument("--out", required=True, help="folder of the new checkpoint")
    parser.add_argument(
        "--dead-code-threshold",
        type=float,
        default=0.3,
        help="a code used less than this share of its layer's mean is given up for another",
    )
    parser.add_argument(
        "--least-clips", type=int, default=0, help="a code that fewer clips use is given up as well"
    )
    parser.add_argument("--layers", nargs="+", type=int, default=[], metavar="N", help="only these, from 1")
    parser.add_argument("--steps", type=int, default=600, help="updates of each layer")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto")


def run(arguments: argparse.Namespace) -> None:
    """Refit as the arguments say."""
    import torch
    from tqdm import tqdm

    from rvqvae.checkpoints.loading import load_checkpoint
    from rvqvae.checkpoints.saving import save_checkpoint
    from rvqvae.cli.training_data import check_excluded, check_weights, layout_of
    from rvqvae.statistics import measure_use
    from rvqvae.training.data import read_source
    from rvqvae.training.refit import refit_codebooks

    weights = check_weights(arguments.weights, arguments.data)
    checkpoint = load_checkpoint(arguments.checkpoint, arguments.device)
    layout = layout_of(None, arguments.data, checkpoint)
    check_excluded(arguments.exclude, arguments.data, layout)
    torch.manual_seed(arguments.seed)
    sources = [
        read_source(path, weight, exclude=arguments.exclude, layout=layout)
        for path, weight in zip(arguments.data, weights, strict=True)
    ]
    fitted = len(set(arguments.layers)) or checkpoint.config.num_quantizers
    with tqdm(total=arguments.steps * fitted, unit="update") as bar:
        refit_codebooks(
            checkpoint,
            sources,
            dead_code_threshold=arguments.dead_code_threshold,
            least_clips=arguments.least_clips,
            layers=arguments.layers,
            steps=arguments.steps,
            progress=bar.update,
        )
    refitted = {
        "weights": weights,
        "dead_code_threshold": arguments.dead_code_threshold,
        "least_clips": arguments.least_clips,
        "layers": arguments.layers,
        "steps": arguments.steps,
        "seed": arguments.seed,
    }
    usage, energies = measure_use(checkpoint, [clip for source in sources for clip in source.clips])
    save_checkpoint(
        arguments.out,
        checkpoint.model,
        mean=checkpoint.mean,
        std=checkpoint.std,
        name=checkpoint.name,
        layout=checkpoint.layout,
        fps=checkpoint.fps,
        described=checkpoint.described,
        info={**checkpoint.info, "refitted": refitted},
        usage=usage,
        energies=energies,
    )
