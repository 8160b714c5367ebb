"""Tokenising a corpus of many clips against the bare convolutions and matrix products inside.

`python -m tests.benchmarks.tokenizing [--isa avx2]`

The corpus is the sample clips cut to many lengths. The bare work is every convolution of the encoder and each
codebook's matrix product, on the same padded batches. The last figure is the whole command: joints from a
file, features, tokens, table.
"""

import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import torch

from rvqvae import load_checkpoint
from rvqvae.bulk import Reader, tokenize_files
from rvqvae.bulk.encoding import FRAMES_PER_BATCH, encode_clips
from rvqvae.evaluation.evaluation import batches_by_length, pad
from rvqvae.motion import Clip, read_clips
from tests.benchmarks.bare import plain
from tests.benchmarks.borrowed import BorrowedRVQ
from tests.benchmarks.timing import choose_isa, report, side_by_side
from tests.support.paths import ROOT

CLIPS = 300
BARE, OURS = "bare convolutions and matrix products", "tokens, in batches"
THEIRS, SINGLY = "the same, borrowed ResidualVQ", "tokens, one clip at a time"


@torch.no_grad()
def main() -> None:
    """Compare on the device there is."""
    checkpoint = load_checkpoint(ROOT / "checkpoints" / "motion-rvq")
    corpus = make_corpus()
    frames = sum(len(clip.features) for clip in corpus)
    limit = FRAMES_PER_BATCH[checkpoint.device.type]
    placed = [((0, index), clip) for index, clip in enumerate(corpus)]
    motions = []
    for batch in batches_by_length(corpus, limit):
        motions.append(checkpoint.normalize(pad([clip.features for clip in batch])[0]))
    theirs = BorrowedRVQ(checkpoint.config).eval().to(checkpoint.device)

    def borrowed() -> None:
        for motion in motions:
            torch.stack(theirs.encode(checkpoint.model.encode_to_latent(motion))).cpu()

    times = side_by_side(
        {
            BARE: bare_work(checkpoint.model, motions),
            OURS: lambda: list(encode_clips(checkpoint, placed, limit)),
            THEIRS: borrowed,
            SINGLY: lambda: [checkpoint.encode(clip.features) for clip in corpus],
        },
        rounds=5,
    )
    padded = sum(motion.shape[0] * motion.shape[2] for motion in motions)
    title = f"{len(corpus)} clips, {frames:,} frames, {padded / frames - 1:.0%} padding"
    report(f"{title}, on {checkpoint.device} ({torch.get_num_threads()} threads)", times, BARE)
    for name in (OURS, SINGLY):
        print(f"  {name}: {frames / times[name] * 1000:,.0f} frames a second")
    seconds = whole_command(checkpoint)
    print(f"  from a file of joints to a table: {frames / seconds:,.0f} frames a second")


def make_corpus() -> list[Clip]:
    """Pieces of the sample clips, 40 to 196 frames, as many as HumanML3D's clips vary."""
    rng = np.random.default_rng(0)
    whole = [clip.features for clip in read_clips(ROOT / "assets" / "clips")]
    lengths = rng.integers(40, 197, size=CLIPS)
    return [
        Clip(str(index), np.resize(whole[index % len(whole)], (length, 263)))
        for index, length in enumerate(lengths)
    ]


def bare_work(model, motions):
    """The convolutions on given batches, each fed what the network feeds it, and the matrix products."""
    work, convolutions = [], [plain(convolution) for convolution in model.encoder.convs]
    for motion in motions:
        inputs, x = [], motion
        for convolution in convolutions:
            inputs.append(x)
            x = convolution(x)
        work.append((inputs, x.transpose(1, 2).flatten(0, 1).contiguous()))
    codebooks = [layer.embedding for layer in model.quantizer.layers]

    def bare() -> None:
        for inputs, rows in work:
            for convolution, x in zip(convolutions, inputs, strict=True):
                convolution(x)
            for codebook in codebooks:
                rows @ codebook
            if rows.is_cuda:
                torch.cuda.synchronize()

    return bare


def whole_command(checkpoint) -> float:
    """Seconds of `tokenize` on a corpus file of joints with as many frames."""
    whole = [np.load(path) for path in sorted((ROOT / "assets" / "clips").glob("*.npy"))]
    lengths = [len(clip.features) + 1 for clip in make_corpus()]
    pieces = [np.resize(whole[k % len(whole)], (n, 22, 3)) for k, n in enumerate(lengths)]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = Path(folder) / "corpus.npz"
        names = [str(k) for k in range(len(pieces))]
        np.savez(file, names=names, lengths=lengths, positions=np.concatenate(pieces))
        started = time.perf_counter()
        tokenize_files(Reader(checkpoint), [file], Path(folder) / "tokens.csv")
        return time.perf_counter() - started


if __name__ == "__main__":
    choose_isa()
    main()
