"""What is called reliable, held against the truth: `python -m tests.benchmarks.reliability DATA...`.

DATA are files of clips. Every shipped checkpoint writes their clips; the tokens of each file, and of all
files together, are a truth that is known: its entropy is that of all its clips. Ever larger sets of its clips
are drawn, at most half of them, at random or as neighbours in the file. Of those whose entropy is called
reliable it prints how many are within `STATED_BITS` of the truth, and beside them what Good and Turing's
coverage, which takes tokens to be independent, would have called reliable.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tqdm import tqdm

from rvqvae import Checkpoint, load_checkpoint
from rvqvae.evaluation.evaluation import batches_by_length, pad
from rvqvae.motion import Clip, read_clips
from rvqvae.statistics import clip_coverage, coverage, estimate_entropy, judge_entropy
from rvqvae.statistics.reliability import LEAST_COVERAGE, STATED_BITS
from tests.support.paths import ROOT

SIZES = (1, 2, 3, 5, 8, 12, 15, 20, 30, 50, 80, 120, 200, 300, 400, 800)
REPEATS = 4
DRAWN = ("at random", "neighbours")


@dataclass(frozen=True)
class Sample:
    """The entropy of one layer over some clips, and how it was judged."""

    about: str
    drawn: str
    layer: int
    clips: int
    off_bits: float
    reliable: bool
    by_good_turing: bool


def main() -> None:
    """Judge many sets of clips through every shipped checkpoint and print how often that was right."""
    if not sys.argv[1:]:
        sys.exit(__doc__)
    files = {path: read_clips(path) for path in sys.argv[1:]}
    samples: list[Sample] = []
    folders = sorted(path.parent for path in (ROOT / "checkpoints").glob("*/config.json"))
    for folder in tqdm(folders, leave=False):
        checkpoint = load_checkpoint(folder, device="cpu")
        written = {path: tokens_of(checkpoint, clips) for path, clips in files.items()}
        if len(written) > 1:
            written["all files"] = [tokens for clips in written.values() for tokens in clips]
        for path, clips in written.items():
            found = list(judged(clips, f"{path.split('/')[-1]} through {folder.name}"))
            samples += found
    report(samples)


def tokens_of(checkpoint: Checkpoint, clips: Sequence[Clip]) -> list[np.ndarray]:
    """(Q, n) tokens of each clip."""
    found: dict[int, np.ndarray] = {}
    ratio = checkpoint.config.downsampling_ratio
    for batch in batches_by_length(clips):
        raw, lengths = pad([clip.features for clip in batch])
        with torch.no_grad():
            latents = checkpoint.model.encode_to_latent(checkpoint.normalize(raw), torch.from_numpy(lengths))
            tokens = torch.stack(checkpoint.model.quantizer.encode(latents)).numpy()
        for index, (clip, length) in enumerate(zip(batch, lengths, strict=True)):
            found[id(clip)] = tokens[:, index, : -(-length // ratio)]
    return [found[id(clip)] for clip in clips]


def judged(clips: Sequence[np.ndarray], about: str, seed: int = 0) -> Iterator[Sample]:
    """Sets of clips of ever larger size, each layer's entropy judged and held against that of all clips."""
    generator = np.random.default_rng(seed)
    for layer in range(len(clips[0])):
        rows = [clip[layer] for clip in clips]
        truth = estimate_entropy(np.bincount(np.concatenate(rows))).corrected_bits
        for size in (size for size in SIZES if size <= len(rows) // 2):
            for drawn in DRAWN * REPEATS:
                first = generator.integers(len(rows) - size + 1)
                random = generator.choice(len(rows), size, replace=False)
                some = [rows[i] for i in (random if drawn == DRAWN[0] else range(first, first + size))]
                counts = np.bincount(np.concatenate(some))
                estimate = estimate_entropy(counts, clip_coverage(some))
                yield Sample(
                    about,
                    drawn,
                    layer + 1,
                    size,
                    estimate.corrected_bits - truth,
                    judge_entropy(estimate).reliable,
                    coverage(counts) >= LEAST_COVERAGE,
                )


def report(samples: Sequence[Sample]) -> None:
    """Print how often what is called reliable is right: by how it was drawn, by file and by layer."""
    for drawn in DRAWN:
        chosen = [one for one in samples if one.drawn == drawn]
        print(f"\nclips drawn {drawn}: {len(chosen)} entropies")
        line("called reliable", [one for one in chosen if one.reliable])
        line("by Good and Turing", [one for one in chosen if one.by_good_turing])
    reliable = [one for one in samples if one.drawn == DRAWN[0] and one.reliable]
    single = [one for one in samples if one.clips == 1]
    line("single clips by Good and Turing", [one for one in single if one.by_good_turing])
    print(f"  single clips called reliable: {sum(one.reliable for one in single)} of {len(single)}")
    if reliable:
        print(f"fewest clips called reliable: {min(one.clips for one in reliable)}")
    for words in sorted({one.about for one in reliable}):
        line(words, [one for one in reliable if one.about == words])
    for layer in sorted({one.layer for one in reliable}):
        line(f"layer {layer}", [one for one in reliable if one.layer == layer])


def line(words: str, samples: Sequence[Sample]) -> None:
    """Print how far some entropies are off."""
    if not samples:
        print(f"  {words:<52} none")
        return
    off = np.array([one.off_bits for one in samples])
    within = np.mean(np.abs(off) <= STATED_BITS)
    print(
        f"  {words:<52}{len(off):6}; within {STATED_BITS} bits {within:6.1%}; nine in ten within "
        f"{np.percentile(np.abs(off), 90):.2f}; on average {off.mean():+.2f}"
    )


if __name__ == "__main__":
    main()
