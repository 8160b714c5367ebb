"""Lessons 1 to 4 to their ends as a learner goes, wrong answer and right, by the library's numbers."""

from itertools import pairwise

import numpy as np
import pytest

from app.lessons import lesson1_snap as snap
from rvqvae.evaluation.metrics import code_counts, joint_errors_mm, mpjpe_mm
from rvqvae.statistics import codebook_arrays, layer_lattice, principal_plane
from tests.support.learner import Learner, length, listed, shown


@pytest.fixture
def learner(open_page):
    """Opens a lesson by its own link."""
    return lambda lesson: Learner(open_page(query=f"?lesson={lesson}"))


def left_of(encoded):
    """(Q + 1, d, n) the latent, and what each layer leaves of it."""
    left = [encoded.latent.double().numpy()]
    for codes, tokens in zip(codebook_arrays(encoded.checkpoint.model), encoded.tokens, strict=True):
        left.append(left[-1] - codes[:, tokens])
    return np.array(left)


def test_lesson_1_by_mouse_and_by_keys(learner, encoded):
    one = learner(1)
    codebook = codebook_arrays(encoded.checkpoint.model)[0].astype(float)
    codes, places, _ = snap.plane_of(encoded)
    counts = code_counts(encoded.tokens[:1], encoded.num_codes)[0]
    assert counts[codes].min() >= np.delete(counts, codes).max()
    explained = principal_plane(codebook.T[codes]).explained.sum()
    assert f"the {len(codes)} codes of layer 1" in one.asked
    assert f"holds {explained:.0%} of their variance" in one.asked
    start = np.array(snap.opening_point(encoded))
    right = str(codes[np.linalg.norm(places - start, axis=1).argmin()])
    assert right in one.options
    one.commits(next(option for option in one.options if option != right))
    drawing = one.page.locator(".snap").bounding_box()
    far = places[np.linalg.norm(places - start, axis=1).argmax()]
    spots = one.page.locator(".snap circle.code")
    target = spots.nth(int(np.flatnonzero((places == far).all(axis=1))[0])).bounding_box()
    mouse = one.page.mouse
    mouse.move(drawing["x"] + drawing["width"] / 2, drawing["y"] + drawing["height"] / 2)
    mouse.down()
    mouse.move(target["x"] + target["width"] / 2, target["y"] + target["height"] / 2, steps=5)
    mouse.up()
    one.page.locator(".step.done").first.wait_for()
    one.button("Show me where").click()
    one.settles(right=False)

    x = np.array(one.visitor.js("studio.views.lesson.picture.point"))
    gaps = np.linalg.norm(places - x, axis=1)
    expected = [[f"code {codes[i]}", f"{gaps[i]:.2f}"] for i in np.argsort(gaps, kind="stable")]
    drawn = one.page.locator(".snap-list li")
    assert [
        [row.locator("span").inner_text(), row.locator("output").inner_text()] for row in drawn.all()
    ] == expected
    assert one.standing == [f"nearest now: {expected[0][0]}"]
    step = one.visitor.js("studio.selection.anchor.step")
    latent = left_of(encoded)[0][:, step]
    distances = np.linalg.norm(codebook - latent[:, None], axis=0)
    chosen, following = np.argsort(distances)[:2]
    assert chosen == encoded.tokens[0, step]
    assert f"Code {right} was nearest" in one.text
    assert f"with {len(codebook)} numbers instead of two and all {encoded.num_codes} codes" in one.text
    assert (
        f"at step {step} layer 1 chose code {chosen}, {distances[chosen]:.2f} from the latent; "
        f"next came code {following} at {distances[following]:.2f}."
    ) in one.text
    assert one.gives == [
        f"at step {step}: code {chosen}, at {distances[chosen]:.2f}",
        f"‖r⁰‖ = {length(np.linalg.norm(latent))}, ‖r¹‖ = {distances[chosen]:.2f}",
    ]

    one.again()
    one.commits(right)
    assert one.page.locator(".step.done").count() == 1  # the token is selected already
    one.page.locator(".grip").focus()
    for _ in range(60):
        one.page.keyboard.press("ArrowRight")
    one.page.wait_for_timeout(400)
    if one.page.locator(".step.done").count() < 2:
        for _ in range(90):
            one.page.keyboard.press("ArrowLeft")
    one.settles(right=True)


def test_lesson_2(learner, encoded):
    two = learner(2)
    decoded = [
        encoded.checkpoint.decode(encoded.tokens, range(k), length=encoded.frames) for k in range(1, 7)
    ]
    by_frame = [joint_errors_mm(d, encoded.clip.features, "root").mean(axis=1) for d in decoded]
    by_step = np.array(
        [
            [
                errors[frame : frame + encoded.ratio].mean()
                for frame in range(0, encoded.frames, encoded.ratio)
            ]
            for errors in by_frame
        ]
    )
    step = int(np.diff(by_step, axis=0).max(axis=0).argmax())  # where a layer raises the error most
    errors = by_step[:, step]
    whole = [mpjpe_mm(d, encoded.clip.features, "root") for d in decoded]
    left = (left_of(encoded)[:, :, step] ** 2).sum(axis=1)
    rising = [b > a for a, b in pairwise(errors)]
    risen = sum(rising)
    right = "more" if risen > 1 else str(risen)
    times = {0: "never", 1: "once", 2: "twice"}.get(risen, f"{risen} times")
    share = (np.diff(by_step, axis=0) > 0).any(axis=0).mean()
    grew = [layer for layer, (a, b) in enumerate(pairwise(left), 1) if b > a]
    grew_whole = [layer for layer, (a, b) in enumerate(pairwise(whole), 2) if b > a]
    first = step * encoded.ratio
    assert (
        f"Step {step} stands for frames {first} to {min(encoded.frames, first + encoded.ratio) - 1}."
        in two.asked
    )
    for answer in ("1" if right != "1" else "0", right):
        two.commits(answer)
        for count in range(1, 7):
            two.button(f"Keep the first {count} layers").click()
            two.visitor.settle()
        rows = two.settles(answer == right)
        assert two.standing == ["seen so far: 1, 2, 3, 4, 5 and 6 of 6"]
        assert rows == [
            ["1" if k == 0 else f"1–{k + 1}", length(left[k + 1]), shown(errors[k]), shown(whole[k])]
            for k in range(6)
        ]
        assert [bool(remark) for remark in two.remarks] == [False, *rising]
        assert f"At step {step} the joint error rises {times}." in two.text
        assert f"rises at some layer in {share:.0%} of the steps" in two.text
        assert ("gets smaller with every layer" in two.text) == (not grew)
        assert not grew or f"grows at layer {listed(grew)} here" in two.text
        mean = f"rises at layer {listed(grew_whole)}" if grew_whole else "falls with every layer"
        assert f"the mean over the whole clip {mean}." in two.text
        assert two.gives == [f"‖r⁰‖² = {length(left[0])}, ‖r⁶‖² = {length(left[6])}"]
        if answer != right:
            two.again()


def test_lesson_3(learner, encoded):
    three = learner(3)
    order = (3, 6, 1, 5, 2, 4)
    codebooks = codebook_arrays(encoded.checkpoint.model)
    layers, (_, size) = len(codebooks), codebooks[0].shape
    assert f"{layers} codebooks of {size} vectors" in three.asked
    numbers = {"stored": layers * size, "pairs": size**2, "power": size**layers}
    assert three.options == {key: f"{number:,}" for key, number in numbers.items()}

    def summed(layers):
        total = np.zeros(encoded.latent.shape, np.float32)
        for layer in layers:
            total = total + codebooks[layer - 1][:, encoded.tokens[layer - 1]]
        return total

    usual = summed(sorted(order))
    difference = np.abs(summed(order) - usual).max()
    written = len({tuple(column) for column in encoded.tokens.T})
    for answer, right in (("stored", False), ("power", True)):
        three.commits(answer)
        three.layers()
        for count in range(1, 7):
            three.layers(*order[:count])
        rows = three.settles(right)
        assert [row[1] for row in rows] == [f"{size * layers:,}", f"{size**layers:,}", str(written)]
        assert f"{size**layers:,} choices, from {size * layers:,} stored vectors." in three.text
        assert f"combinations with {layers * np.log2(size):.0f} bits" in three.text
        assert f"clip's {encoded.tokens.shape[1]} steps use {written} different combinations" in three.text
        assert "3, 6, 1, 5, 2 and 4" in three.text
        assert (
            f"difference is {difference:.1e}, in sums with entries of up to {np.abs(usual).max():.1f}."
            in (three.text)
        )
        assert three.gives == [f"{size**layers:,}"]
        if not right:
            three.again()


def test_lesson_4_in_the_laboratory(learner, encoded):
    four = learner(4)
    scores = layer_lattice(encoded.checkpoint, encoded.clip.features, encoded.tokens)
    errors = {score.layers: score.root_mm for score in scores}
    ranked = sorted(errors.values())
    every = (1, 2, 3, 4, 5, 6)
    dropped = {layer: tuple(v for v in every if v != layer) for layer in every}
    whole = errors[every]
    costs = [f"layer {layer} costs {shown(errors[dropped[layer]] - whole)}" for layer in (6, 2, 1)]
    cheapest = min(every, key=lambda layer: errors[dropped[layer]])
    share = encoded.checkpoint.config.quantization_dropout * 5 / 6  # it draws all six layers as well
    right = "many" if errors[dropped[2]] < errors[1, 2] else "few"
    assert four.options["many"].endswith("(1, 3–6): 5 layers")
    for answer in ("many" if right == "few" else "few", right):
        four.commits(answer)
        assert f"score all {len(scores)} subsets" in four.page.locator(".step").last.inner_text()
        for layer in (6, 2, 1):
            four.layers(*dropped[layer])
        four.button("Show me where").last.click()
        rows = four.settles(answer == right)
        assert [row[0] for row in rows] == ["1–6", "1–5", "1, 3–6", "2–6", "1–2"]
        for row, layers in zip(rows, [every, dropped[6], dropped[2], dropped[1], (1, 2)], strict=True):
            assert row[1] == shown(errors[layers])
            place, of, total = row[2].split()
            assert (place[:-2], of, total) == (str(ranked.index(errors[layers]) + 1), "of", str(len(scores)))
        assert (
            f"Layers 1, 3–6 leave {shown(errors[dropped[2]])}, layers 1–2 {shown(errors[1, 2])}." in four.text
        )
        assert f"Beside {shown(whole)} with all layers, leaving out {listed(costs)}." in four.text
        trained = f"{share:.1%} of the steps used only" if share else "name no quantization dropout"
        assert trained in four.text
        assert (
            "the last is the cheapest to leave out" in four.text
            if cheapest == 6
            else f"the cheapest single layer to leave out is {cheapest}, not the last" in four.text
        )
        if answer != right:
            four.again()
