"""A training step against the bare convolutions and matrix products inside, and with a borrowed quantizer.

`python -m tests.benchmarks.training_step [--isa avx2]`

The step is the one that `train` takes with its default settings: windows drawn, forward, losses, backward,
gradients clipped, AdamW. The bare work is every convolution forward and backward, and each codebook's matrix
product with the latents, in the same precision. On a GPU also: frames a second and the share of what the
largest matrix products reach there, eager and compiled by torch.compile.
"""

import tempfile

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from rvqvae import RVQVAEConfig
from rvqvae.motion import Clip
from rvqvae.training.data import Source
from rvqvae.training.loop import Trainer
from rvqvae.training.settings import TrainingSettings
from tests.benchmarks.borrowed import BorrowedRVQ
from tests.benchmarks.timing import choose_isa, report, side_by_side

CLIPS, FRAMES = 40, 400
ROUNDS = {"cpu": 10, "cuda": 100}
BARE, OURS, THEIRS = "bare convolutions and matrix products", "training step", "the same, borrowed ResidualVQ"
COMPILED = "training step, compiled"


def main() -> None:
    """Compare on the device there is."""
    trainer = make_trainer()
    device, settings = trainer.device.type, trainer.settings
    functions = {BARE: bare_work(trainer), OURS: trainer.train_step, THEIRS: borrowed().train_step}
    if device == "cuda":
        compiled = make_trainer()
        compiled.network = torch.compile(compiled.network)
        functions[COMPILED] = compiled.train_step
    trainer.train_step()  # the first one places the codebooks too
    with FlopCounterMode(display=False) as counter:
        trainer.train_step()
    times = side_by_side({name: waiting(f, device) for name, f in functions.items()}, ROUNDS[device])
    frames = settings.batch_size * settings.window
    title = f"{settings.batch_size} windows of {settings.window} frames on {device}"
    report(f"{title} ({torch.get_num_threads()} threads)", times, BARE)
    print(f"  ResidualVQ's step takes {times[THEIRS] / times[OURS]:.2f} times as long as ours")
    print(
        f"  {counter.get_total_flops() / frames / 1e6:.1f} million operations a frame, forward and backward"
    )
    peak = matrix_rate(device)
    for name in (OURS, COMPILED):
        if name in times:
            rate = counter.get_total_flops() / times[name] * 1000
            print(
                f"  {name}: {frames / times[name] * 1000:,.0f} frames a second, {rate / peak:.0%} of the "
                f"{peak / 1e9:,.0f} GFLOP/s of large matrix products"
            )


def make_trainer(settings: TrainingSettings | None = None) -> Trainer:
    """A trainer of the default model on random clips, with the default settings when none are given."""
    rng = np.random.default_rng(0)
    clips = [Clip(str(k), rng.normal(size=(FRAMES, 263)).astype(np.float32)) for k in range(CLIPS)]
    settings = settings or TrainingSettings()
    return Trainer(RVQVAEConfig(), settings, [Source("random", clips, 1.0)], {}, tempfile.gettempdir())


def borrowed() -> Trainer:
    """The same with vector-quantize-pytorch's quantizer."""
    trainer = make_trainer()
    trainer.model.quantizer = BorrowedRVQ(trainer.model.config).to(trainer.device)
    return trainer


def bare_work(trainer: Trainer):
    """The convolutions of one step, forward and backward, and its searches' matrix products."""
    settings, model = trainer.settings, trainer.model
    half = settings.half_precision(trainer.device.type)
    x = torch.randn(settings.batch_size, model.config.input_dim, settings.window, device=trainer.device)
    work = []
    for convolution in [*model.encoder.convs, *model.decoder.convs]:
        # The motion itself needs no gradient.
        work.append((convolution, x.detach().requires_grad_(len(work) > 0)))
        with torch.no_grad():
            x = convolution(x)
        if len(work) == len(model.encoder.convs):
            rows = x.transpose(1, 2).flatten(0, 1).contiguous()
    gradients = [torch.randn_like(convolution(x)) for convolution, x in work]
    codebooks = [layer.embedding for layer in model.quantizer.layers]

    def bare() -> None:
        for (convolution, x), gradient in zip(work, gradients, strict=True):
            inputs = [*convolution.parameters(), *([x] if x.requires_grad else [])]
            with torch.autocast(trainer.device.type, torch.bfloat16, enabled=half):
                y = convolution(x)
            torch.autograd.grad(y, inputs, gradient.to(y.dtype))
        for codebook in codebooks:
            rows @ codebook

    return bare


def matrix_rate(device: str) -> float:
    """Operations a second of large matrix products, bfloat16 on a GPU and float32 on a CPU."""
    size, kind = (8192, torch.bfloat16) if device == "cuda" else (2048, torch.float32)
    a, b = (torch.randn(size, size, device=device, dtype=kind) for _ in range(2))
    times = side_by_side({"product": waiting(lambda: a @ b, device)}, rounds=10)
    return 2 * size**3 / times["product"] * 1000


def waiting(function, device: str):
    """A function that ends when the device's work has."""
    if device != "cuda":
        return function

    def waited() -> None:
        function()
        torch.cuda.synchronize()

    return waited


if __name__ == "__main__":
    choose_isa()
    main()
