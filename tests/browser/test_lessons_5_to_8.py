"""Lessons 5 to 8 to their ends as a learner goes, wrong answer and right, by the library's numbers."""

import copy
from itertools import combinations

import numpy as np
import pytest
import torch

from app.lessons.damage import DAMAGES
from rvqvae.doctor import examine
from rvqvae.evaluation.metrics import code_counts, joint_errors_mm, mpjpe_mm, usage_statistics
from rvqvae.motion.humanml import features_to_joints
from rvqvae.statistics import (
    agreeing_permutations,
    bit_rates,
    clip_coverage,
    codebook_arrays,
    estimate_entropy,
    judge_entropy,
    judge_information,
    layer_information,
    mutual_information,
    number_correlation,
    random_permutations,
    relabel,
    relabelled,
)
from tests.support.learner import Learner, listed, shown


@pytest.fixture
def learner(open_page):
    """Opens a lesson by its own link."""
    return lambda lesson: Learner(open_page(query=f"?lesson={lesson}"))


def renumbered(encoded, permutations):
    """The rows of lesson 5's table, and its formula's number, for new numbers of the codes."""
    tokens, _ = relabel(encoded.tokens, codebook_arrays(encoded.checkpoint.model), permutations)
    numbers = [number_correlation(side) for side in (encoded.tokens, tokens)]
    bits = [
        [pair.corrected_bits for pair in layer_information(side, shuffles=1).values()]
        for side in (encoded.tokens, tokens)
    ]
    pairs = list(combinations(range(encoded.num_layers), 2))
    largest = [max(abs(side[pair]) for pair in pairs) for side in numbers]
    before = encoded.checkpoint.decode(encoded.tokens, length=encoded.frames)
    after = relabelled(encoded.checkpoint, permutations).decode(tokens, length=encoded.frames)
    moved = joint_errors_mm(after, before, "global").max()
    rows = [
        [f"{side[0, 1]:+.2f}" for side in numbers],
        [f"{value:.2f}" for value in largest],
        [f"{max(side):.2f} bits" for side in bits],
        ["", shown(moved)],
    ]
    return rows, f"{bits[0][0]:.2f} bits before, {bits[1][0]:.2f} after (layers 1 and 2)"


def test_lesson_5_in_the_laboratory(learner, encoded):
    five = learner(5)
    assert f"The {encoded.num_codes} codes of every layer" in five.asked
    numberings = {
        "random": random_permutations(encoded.num_layers, encoded.num_codes),
        "agreeing": agreeing_permutations(encoded.tokens, encoded.num_codes),
    }
    for answer, right, how in (("motion", False, "random"), ("correlation", True, "agreeing")):
        five.commits(answer)
        for show in five.button("Show me where").all():
            show.click()
        if how == "agreeing":
            five.button("So that they correlate").click()
        five.visitor.wait(f"studio.views.relabel?.relabelling.how === '{how}' && studio.views.relabel.result")
        five.visitor.settle()
        rows = five.settles(right)
        expected, formula = renumbered(encoded, numberings[how])
        assert [row[1:] for row in rows] == expected
        assert rows[3][2] == "0.0 mm"
        assert five.gives == [formula]
        assert "What changed: the correlation between the layers' token numbers. What stayed: " in five.text
        judged = judge_information(mutual_information(encoded.tokens[0], encoded.tokens[1]))
        assert judged.reason in five.text
        if not right:
            five.again()


def receptive_field(encoded, step):
    """(first, stop) of the frames that an impulse at a step reaches if no weight hides any of it."""
    decoder = copy.deepcopy(encoded.checkpoint.model.decoder)
    latent = torch.zeros(1, *encoded.latent.shape)
    latent[0, :, step] = 1
    with torch.no_grad():
        for conv in decoder.convs:
            conv.weight.fill_(1)
            conv.bias.zero_()
        for norm in decoder.norms:
            norm.reset_parameters()
        frames = torch.nonzero(decoder.eval()(latent)[0].any(dim=0))[:, 0]
    return int(frames[0]), min(int(frames[-1]) + 1, encoded.frames)


def test_lesson_6(learner, encoded):
    six = learner(6)
    assert f"stands for {encoded.ratio} frames" in six.asked
    step = encoded.tokens.shape[1] // 2
    first, stop = receptive_field(encoded, step)
    code, counted = int(encoded.tokens[0, step]), "4"
    for right in (False, True):
        six.commits(counted)
        six.button("Show me where").click()
        six.visitor.wait(f"studio.selection.anchor.step === {step}")
        before = encoded.tokens.copy()
        before[0, step] = code
        code = (code + 100) % encoded.num_codes
        field = six.page.get_by_label("Code for the selected tokens")
        field.fill(str(code))
        field.press("Enter")
        rows = six.settles(right)
        after = encoded.tokens.copy()
        after[0, step] = code
        decoded = [encoded.checkpoint.decode(tokens, length=encoded.frames) for tokens in (before, after)]
        moved = np.flatnonzero((decoded[0] != decoded[1]).any(axis=1))
        ends = [features_to_joints(motion)[-1, 0, [0, 2]] for motion in decoded]
        path_mm = 1000 * np.linalg.norm(ends[1] - ends[0])
        counted = str(len(moved))
        assert [row[1] for row in rows] == [str(encoded.ratio), str(stop - first), counted]
        assert f"{counted} frames changed: {moved[0]} to {moved[-1]}." in six.text
        assert f"stands for {encoded.ratio} frames" in six.text
        assert f"token's reach is {stop - first} frames, {first} to {stop - 1}." in six.text
        assert first <= moved[0]
        assert moved[-1] < stop < encoded.frames
        assert "Outside it not one feature differs." in six.text
        assert f"it ends {shown(path_mm)} elsewhere" in six.text
        assert six.gives == [f"{stop - first} frames"]
        if not right:
            six.again()


def rates_of(checkpoint):
    """The rate of all layers' tokens over the checkpoint's training data."""
    return bit_rates(
        [estimate_entropy(counts) for counts in checkpoint.usage],
        codes=checkpoint.config.num_embeddings,
        steps_per_second=checkpoint.fps / checkpoint.config.downsampling_ratio,
    )[-1]


def layers_of(checkpoint):
    """Lesson 7's rows about a checkpoint's layers over its training data."""
    size = checkpoint.config.num_embeddings
    return [
        [
            str(one.layer),
            f"{one.used} of {size}",
            f"{one.perplexity:.1f}",
            f"{estimate_entropy(counts).corrected_bits:.2f} bits",
        ]
        for one, counts in zip(usage_statistics(checkpoint.usage), checkpoint.usage, strict=True)
    ]


def test_lesson_7(learner, encoded, library):
    seven = learner(7)
    own, beside = encoded.checkpoint, library.checkpoint("as-described")
    if own.usage is None:
        pytest.skip("this checkpoint records no use over its training data")
    layers, size = own.usage.shape
    rate = rates_of(own)
    share = rate.entropy / rate.nominal
    right = "all" if share > 0.995 else "most" if share >= 0.9 else "less"
    assert f"{layers} × log₂{size} = {layers * np.log2(size):.0f} bits" in seven.asked
    keys = [encoded.clip.key, *[key for key in library.clips if key != encoded.clip.key][:3]]
    tokens = [library.encoded(library.clip(key), encoded.checkpoint_key).tokens for key in keys]
    counts = [code_counts(np.concatenate(tokens[: k + 1], axis=1), size) for k in range(len(keys))]
    entropies = [[estimate_entropy(row) for row in counted] for counted in counts]
    unused = (own.usage == 0).sum(axis=1)
    plain = estimate_entropy(own.usage[0])
    perplexity = usage_statistics(own.usage)[0].perplexity
    for answer in (next(a for a in ("all", "less") if a != right), right):
        seven.commits(answer)
        assert f"shows {tokens[0].shape[1]} tokens of each layer" in seven.page.locator(".steps").inner_text()
        for added in (1, 2, 3):
            seven.button("Add a clip").click()
            seven.visitor.settle()
            estimates = [one.corrected_bits for one in entropies[added]]
            part = np.mean(estimates) / np.log2(size)
            assert seven.standing == [
                f"{added + 1} clips, {counts[added][0].sum():,} tokens a layer: entropy of layer 1 "
                f"{estimates[0]:.2f} bits, all layers {part:.0%} of the plain rate"
            ]
        rows = seven.settles(answer == right)
        assert rows[:4] == [
            [
                str(k + 1),
                f"{counts[k][0].sum():,}",
                str((counts[k][0] > 0).sum()),
                f"{entropies[k][0].corrected_bits:.2f} bits",
            ]
            for k in range(4)
        ]
        assert rows[4:] == layers_of(own) + layers_of(beside)
        assert seven.tables[1:] == [
            f"{one.name} over its training data: {rates_of(one).nominal:.0f} bit/s nominal, "
            f"{rates_of(one).entropy:.0f} bit/s entropy"
            for one in (own, beside)
        ]
        assert (
            f"It needs {share:.1%} of the plain rate: {rate.entropy:.0f} of {rate.nominal:.0f} bit/s."
            in seven.text
        )
        dead = (
            f"{listed(unused)} of the {size} codes of layers 1 to {layers} are never"
            if unused.any()
            else "no code stays"
        )
        assert f"({own.usage[0].sum():,} tokens a layer) {dead}" in seven.text
        seen = clip_coverage([clip[0] for clip in tokens])
        assert judge_entropy(estimate_entropy(counts[3][0], seen)).reason in seven.text
        assert f"Beside it stands {beside.name}:" in seven.text
        assert seven.gives == [
            f"layer 1 over its training data: {plain.corrected_bits:.2f} of {np.log2(size):.0f} bits",
            f"layer 1: {perplexity:.1f} of {size}, from {plain.plugin_bits:.3f} bits",
        ]
        if answer != right:
            seven.again()


def test_lesson_8_with_every_break_leaves_the_checkpoint_as_it_was(learner, encoded):
    eight = learner(8)
    motion, whole = encoded.clip.features, encoded.checkpoint
    good = mpjpe_mm(whole.decode(encoded.tokens, length=encoded.frames), motion, "root")
    # With a wrong answer first, the doctor sees the same copy made anew.
    answers = dict.fromkeys(DAMAGES, ("silence",)) | {next(iter(DAMAGES)): ("error", "silence")}
    for kind, (label, damage) in DAMAGES.items():
        broken = damage(whole)
        bad = mpjpe_mm(broken.decode(broken.encode(motion), length=encoded.frames), motion, "root")
        report = examine(broken)
        finding = report.sick[0]
        assert label.lower() in eight.asked
        for answer in answers[kind]:
            eight.commits(answer)
            assert eight.standing == ["the checkpoint is whole"]
            eight.button(label).click()
            eight.visitor.wait(f"studio.views.session.checkpoint.startsWith('own-lesson-{kind}-')")
            if answer == "error":  # from then on the tab is open
                eight.button("Show me where").last.click()
            rows = eight.settles(answer == "silence")
            assert eight.standing == [f"done: {label.lower()}"]
            assert rows == [["as it was", shown(good)], [label.lower(), shown(bad)]]
            assert eight.remarks[1] == "sick"
            assert (
                f"Nothing: {len(whole.model.state_dict())} tensors load strictly, 0 complaints." in eight.text
            )
            effect = f"the error is {bad / good:.2g} times what it was"
            if bad < 1.05 * good:
                effect = "hardly another" if bad > 0.95 * good else "the error even falls"
            assert effect in eight.text
            assert f"{finding.message} {finding.advice}" in eight.text
            eight.visitor.wait("studio.views.doctor.report")
            found = eight.visitor.js("studio.views.doctor.report.findings.map((one) => one.check)")
            assert found == [one.check for one in report.findings]
            assert eight.page.locator("#tab-doctor").get_attribute("aria-selected") == "true"
            if (kind, answer) != (list(DAMAGES)[-1], "silence"):
                eight.again()
                eight.visitor.wait(f"studio.views.session.checkpoint === '{encoded.checkpoint_key}'")
    eight.button("Close the lessons").click()
    eight.visitor.wait(f"studio.views.session.checkpoint === '{encoded.checkpoint_key}'")
    assert eight.page.locator("#checkpoint-select option[value^=own-lesson]").count() == 0
