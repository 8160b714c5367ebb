"""Every lesson but the eighth on shipped clips and checkpoints: numbers and comparisons by the library's.

Each checkpoint with one clip; all pairs: `EVERY_CLIP=1 pytest tests/app/test_lessons_everywhere.py`.
"""

import os
import re
from itertools import cycle, pairwise
from math import prod

import numpy as np
import pytest

from app.catalog.library import Library
from app.lessons.lesson2_left import telling_step
from app.lessons.lessons import LESSONS
from app.lessons.par import ladder
from app.visitor import Visitor
from rvqvae.evaluation.metrics import mpjpe_mm
from rvqvae.statistics import (
    clip_coverage,
    codebook_arrays,
    estimate_entropy,
    judge_entropy,
    layer_information,
)
from tests.app.learner import Page, assert_mm, cells

LIBRARY = Library()
CLIPS, CHECKPOINTS = list(LIBRARY.clips), list(LIBRARY.checkpoints)
EVERY = os.environ.get("EVERY_CLIP") == "1"
PAIRS = (
    [(clip, checkpoint) for checkpoint in CHECKPOINTS for clip in CLIPS]
    if EVERY
    else list(zip(cycle(CLIPS), CHECKPOINTS, strict=False))
)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("clip", "checkpoint"), PAIRS)
def test_every_sentence_holds(clip, checkpoint, tmp_path):
    visitor = Visitor(LIBRARY, tmp_path)
    visitor.choose(clip, checkpoint)
    learner = Page(visitor)
    for lesson in (one for one in LESSONS if one.number != 8):
        learner.opens(lesson.key)
        if learner.lesson["unfit"]:
            offers_one_that_fits(learner, lesson, clip, checkpoint)
        else:
            HOLDS[lesson.key](learner)
        learner.does("close_lesson")
        learner.layers(*range(1, learner.encoded.num_layers + 1))


def offers_one_that_fits(learner, lesson, clip, checkpoint):
    offer = learner.lesson["offer"]
    assert offer["label"].startswith("Open ")
    learner.does("choose_checkpoint", checkpoint=offer["checkpoint"])
    learner.does("choose_clip", clip=offer["clip"])
    assert learner.lesson["unfit"] == ""
    learner.does("choose_checkpoint", checkpoint=checkpoint)
    learner.does("choose_clip", clip=clip)


def error(encoded, *layers):
    decoded = encoded.checkpoint.decode(encoded.tokens, [v - 1 for v in layers], length=encoded.frames)
    return mpjpe_mm(decoded, encoded.clip.features, "root")


def snap(learner):
    encoded, codes = learner.encoded, learner.lesson["picture"]["codes"]
    counts = np.bincount(encoded.tokens[0], minlength=encoded.num_codes)
    assert (counts[codes] > 0).all()
    assert counts[codes].min() >= np.delete(counts, codes).max() or len(codes) == (counts > 0).sum()
    text = learner.lesson["question"]["text"]
    assert f"shows the {len(codes)} codes of layer 1 that this clip uses" in text
    assert ("uses most" in text) == ((counts > 0).sum() > len(codes))


def left(learner):
    learner.opens("2", "0")
    encoded, count = learner.encoded, learner.encoded.num_layers
    assert "seen so far: none" in learner.lesson["steps"][0]["now"]
    for k in range(1, count + 1):
        learner.layers(*range(1, k + 1))
    outcome, step = learner.outcome, telling_step(encoded)
    residual, energies = encoded.latent[:, step].numpy().astype(float), []
    energies.append((residual**2).sum())
    for codes, row in zip(codebook_arrays(encoded.checkpoint.model), encoded.tokens, strict=True):
        residual = residual - codes[:, row[step]]
        energies.append((residual**2).sum())
    grew = [v for v, (a, b) in enumerate(pairwise(energies), 1) if b > a * (1 + 1e-6)]
    said = outcome["sentences"][0]
    assert ("grows at layer" in said) == bool(grew), (said, energies)
    if "gets smaller with every layer" in said:
        assert all(b < a for a, b in pairwise(energies))
    whole = [error(encoded, *range(1, k + 1)) for k in range(1, count + 1)]
    rises = [k for k, (a, b) in enumerate(pairwise(whole), 2) if b > a]
    assert ("falls with every layer" in outcome["sentences"][1]) == all(b < a for a, b in pairwise(whole))
    assert ("rises at layer" in outcome["sentences"][1]) == bool(rises)
    for row, value in zip(cells(outcome["tables"][0]), whole, strict=True):
        assert_mm(row[3], value)


def a_sum(learner):
    learner.opens("3", "power")
    encoded, count = learner.encoded, learner.encoded.num_layers
    learner.layers()
    for k in range(1, count + 1):
        learner.layers(*range(1, k + 1))
    said = learner.outcome["sentences"][0]
    size = encoded.num_codes**count
    distinct = [
        len({tuple(code) for code in (codes + 0.0).T}) for codes in codebook_arrays(encoded.checkpoint.model)
    ]
    assert f"one of {size:,} combinations with {count * np.log2(encoded.num_codes):.0f} bits" in said
    assert (prod(distinct) < size) == ("repeat each other" in said)
    if prod(distinct) < size:
        assert f"at most {prod(distinct):,} sums" in said
    assert f"use {len({tuple(step) for step in encoded.tokens.T})} different combinations" in said


def order(learner):
    learner.opens("4", "few")
    encoded, count = learner.encoded, learner.encoded.num_layers
    every = range(1, count + 1)
    for layer in (count, 2, 1):
        learner.layers(*(v for v in every if v != layer))
    learner.does("score_subsets")
    learner.waits_for("lattice")
    cost, trained, cheapest = learner.outcome["sentences"]
    without = {layer: error(encoded, *(v for v in every if v != layer)) for layer in every}
    for layer, mm in re.findall(r"layer (\d) costs ([\d.]+) mm", cost):
        assert float(mm) == pytest.approx(without[int(layer)] - error(encoded, *every), abs=0.6)
    assert all(
        without[int(layer)] < error(encoded, *every) for layer in re.findall(r"layer (\d) saves", cost)
    )
    share = encoded.checkpoint.config.quantization_dropout * (count - 1) / count
    assert (f"{share:.1%} of the steps used only the first" in trained) == (share > 0)
    assert ("only trained on the sum of all layers" in trained) == (share == 0)
    best = min(without, key=without.get)
    assert ("the last is the cheapest" in cheapest) == (best == count)
    assert "trained for" not in cheapest or share > 0


def names(learner):
    learner.opens("5", "correlation")
    encoded = learner.encoded
    learner.does("inspect_cell", layer=0, step=3)
    learner.does("renumber", how="random", seed=3, layer=None)
    learner.waits_for("relabel")
    most = max(pair.corrected_bits for pair in layer_information(encoded.tokens, shuffles=1).values())
    row = next(row for row in cells(learner.outcome["tables"][0]) if row[0].startswith("most mutual"))
    assert row[1] == row[2] == f"{most:.2f} bits"


def leak(learner):
    learner.opens("6", "4")
    encoded = learner.encoded
    middle = encoded.tokens.shape[1] // 2
    code = (int(encoded.tokens[0, middle]) + 1) % encoded.num_codes
    learner.does("set_code", region=[0, 0, middle, middle], code=code, repair=False)
    outcome = learner.outcome
    first, last = map(
        int, re.search(r"reach is \d+ frames, (\d+) to (\d+)", outcome["sentences"][0]).groups()
    )
    assert f"reach is {last - first + 1} frames" in outcome["sentences"][0]
    fewest, most = re.search(r"(\d+)(?: to (\d+))? steps feed it", outcome["sentences"][1]).groups()
    assert 1 <= int(fewest) <= int(most or fewest) <= 4
    assert "made of 23 frames" in outcome["sentences"][1]
    moved = cells(outcome["tables"][0])[-1][1]
    assert int(moved) <= last - first + 1
    learner.does("undo")


def bits(learner):
    learner.opens("7", "less")
    visitor, encoded = learner.visitor, learner.encoded
    for _ in range(3):
        learner.does("do_in_lesson", move="add", value="one")
    outcome, usage = learner.outcome, encoded.checkpoint.usage
    keys = [encoded.clip.key, *[key for key in CLIPS if key != encoded.clip.key][:3]]
    rows = [visitor.catalog.tokens(key, encoded.checkpoint_key)[0] for key in keys]
    counts = np.bincount(np.concatenate(rows), minlength=encoded.num_codes)
    judged = judge_entropy(estimate_entropy(counts, clip_coverage(rows)))
    assert judged.reason in outcome["sentences"][1]
    assert not judged.reliable  # four clips: and nothing that the lesson says next holds otherwise
    entropies = [estimate_entropy(row).corrected_bits for row in usage]
    share = sum(entropies) / (len(usage) * np.log2(encoded.num_codes))
    assert f"{share:.1%} of the plain rate" in outcome["verdict"]
    unused = [int((row == 0).sum()) for row in usage]
    assert ("no code stays unused" in outcome["sentences"][0]) == (not any(unused))
    assert f"has {(counts == 0).sum()} codes that 4 clips" in outcome["sentences"][2]
    assert f"and {unused[0]} over all of it" in outcome["sentences"][2]


def challenge(learner):
    encoded, goal = learner.encoded, ladder(learner.encoded)
    assert learner.outcome is None
    learner.layers(*range(1, goal.layers + 1))
    assert error(encoded, *range(1, goal.layers + 1)) <= goal.target_mm
    assert len(goal.rungs) == 3
    if encoded.num_layers == 1:  # nothing is saved by what there was at the beginning
        assert learner.outcome is None
        return
    verdict, (row, *_) = learner.outcome["verdict"], cells(learner.outcome["tables"][0])
    assert verdict == "Score 50."  # a full one takes thought
    one = "the first layer" if goal.layers == 1 else f"the first {goal.layers} layers"
    assert row[0] == f"{one}: 50"


HOLDS = {
    "1": snap,
    "2": left,
    "3": a_sum,
    "4": order,
    "5": names,
    "6": leak,
    "7": bits,
    "challenge": challenge,
}
