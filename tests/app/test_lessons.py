"""Each lesson from its question to its end, against numbers worked out here."""

import itertools
import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import app.lessons
from app.connection import Connection
from app.errors import StudioError
from app.lessons import lesson1_snap as snap
from app.lessons import lesson2_left as left
from app.lessons import lesson7_bits as bits
from app.lessons.glossary import GLOSSARY
from app.lessons.lessons import BY_KEY, LESSONS
from app.lessons.visit import Learner
from app.visitor import Visitor
from rvqvae.evaluation.metrics import joint_errors_mm, mpjpe_mm
from rvqvae.statistics import estimate_entropy, layer_lattice
from tests.app.learner import Page, assert_mm, cells


@pytest.fixture
def learner(visitor):
    return Page(visitor)


def verdicts(learner, lesson, walk):
    """For each answer whether it turned out right, and the last outcome."""
    found, outcome = {}, None
    learner.opens(lesson)
    for answer in learner.answers:
        learner.opens(lesson, answer)
        assert found or learner.outcome is None
        walk(learner)
        outcome = learner.outcome
        found[answer] = outcome["right"]
    return found, outcome


def test_the_lessons_are_numbered_and_the_challenge_is_last():
    assert [lesson.number for lesson in LESSONS] == [1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert list(BY_KEY) == [*"12345678", "challenge"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_nothing_is_revealed_before_an_answer(learner, lesson):
    learner.opens(lesson.key)
    shown = learner.lesson
    if lesson.question:
        assert shown["question"]["text"]
        assert shown["steps"] == []
        assert shown["answer"] is None
    assert shown["outcome"] is None or lesson.key == "challenge"
    json.dumps(shown, allow_nan=False)


def test_snap(learner):
    def walk(learner):
        codes, places, _ = snap.plane_of(learner.encoded)
        start = snap.nearest_at_opening(learner.encoded)
        other = next(i for i, code in enumerate(codes) if code != start)
        learner.does("do_in_lesson", move="point", value=places[other].tolist())
        assert learner.done == [True, False]
        learner.does("inspect_cell", layer=0, step=7)
        learner.does("inspect_cell", layer=3, step=2)  # looking elsewhere afterwards undoes nothing

    found, outcome = verdicts(learner, "1", walk)
    encoded = learner.encoded
    codes, places, share = snap.plane_of(encoded)
    counts = np.bincount(encoded.tokens[0], minlength=encoded.num_codes)
    assert counts[codes].min() >= max(1, np.delete(counts, codes).max()) or len(codes) < snap.CODES
    assert counts[codes].min() > 0
    assert 0 < share <= 1 + 1e-9
    x = np.array(snap.opening_point(encoded))
    nearest = str(codes[np.linalg.norm(places - x, axis=1).argmin()])
    assert found == {answer: answer == nearest for answer in found}
    assert nearest in found

    point = learner.visitor.room(Learner).visit.made("point")[-1]
    assert learner.lesson["picture"]["point"] == point
    assert snap.distances(encoded, point) == pytest.approx([np.hypot(*(place - point)) for place in places])
    latent = encoded.latent[:, 7].numpy()
    distance = np.linalg.norm(encoded.codebook(0).numpy() - latent[:, None], axis=0)
    assert f"layer 1 chose code {encoded.tokens[0, 7]}, {distance.min():.2f}" in outcome["sentences"][0]


@pytest.mark.parametrize("value", [None, [1], ["a", "b"], [float("nan"), 0.0]])
def test_a_point_that_is_none_is_refused(learner, value):
    learner.opens("1", None)
    learner.does("answer_lesson", answer=learner.answers[0])
    assert "point" in learner.does("do_in_lesson", move="point", value=value)
    assert learner.visitor.room(Learner).visit.moves == ()


def test_what_is_left(learner):
    def walk(learner):
        for count in range(1, 7):
            learner.layers(*range(1, count + 1))

    found, outcome = verdicts(learner, "2", walk)
    encoded, step = learner.encoded, left.telling_step(learner.encoded)
    frames = slice(4 * step, 4 * step + 4)
    errors, squared, residual = [], [], encoded.latent[:, step].numpy()
    for count in range(1, 7):
        decoded = encoded.checkpoint.decode(encoded.tokens, range(count), length=encoded.frames)
        errors.append(joint_errors_mm(decoded, encoded.clip.features, "root")[frames].mean())
        residual = residual - encoded.codebook(count - 1).numpy()[:, encoded.tokens[count - 1, step]]
        squared.append(float((residual**2).sum()))
    risen = sum(after > before for before, after in pairwise(errors))
    right = "more" if risen > 1 else str(risen)
    assert found == {answer: answer == right for answer in ("0", "1", "more")}
    table = cells(outcome["tables"][0])
    for row, error, energy in zip(table, errors, squared, strict=True):
        assert float(row[1]) == pytest.approx(energy, rel=0.01)
        assert_mm(row[2], error)
    remarks = [row["remark"] for row in outcome["tables"][0]["rows"]]
    assert [bool(remark) for remark in remarks] == [False, *(b > a for a, b in pairwise(errors))]


def test_a_sum(learner):
    order = (4, 1, 6, 2, 5, 3)

    def walk(learner):
        learner.layers()
        on = []
        for layer in order:
            assert learner.done[1] is False
            on.append(layer)
            learner.layers(*on)

    found, outcome = verdicts(learner, "3", walk)
    encoded = learner.encoded
    assert found == {"stored": False, "pairs": False, "power": True}
    assert f"{64**6:,}" in outcome["verdict"]
    assert "4, 1, 6, 2, 5 and 3" in outcome["sentences"][1]
    written = len({tuple(column) for column in encoded.tokens.T})
    assert cells(outcome["tables"][0])[-1] == ("combinations used by this clip", str(written))
    codes = [encoded.codebook(v).numpy()[:, encoded.tokens[v]] for v in range(6)]
    usual, own = sum(codes), sum(codes[layer - 1] for layer in order)
    said = re.search(r"difference is (\S+?),", outcome["sentences"][1]).group(1)
    assert float(said) == pytest.approx(np.abs(usual - own).max(), rel=0.1)


def test_two_layers_at_once_are_no_order(learner):
    learner.opens("3", "power")
    learner.layers()
    learner.layers(1, 2)
    learner.layers(1, 2, 3)
    learner.layers(1, 2, 3, 4, 5, 6)
    assert learner.done == [True, False]


def test_order(learner):
    def walk(learner):
        for layer in (6, 2, 1):
            learner.layers(*(v for v in range(1, 7) if v != layer))
        learner.does("score_subsets")
        learner.waits_for("lattice")

    found, outcome = verdicts(learner, "4", walk)
    encoded = learner.encoded
    scores = {
        one.layers: one.root_mm
        for one in layer_lattice(encoded.checkpoint, encoded.clip.features, encoded.tokens)
    }
    many, few = scores[1, 3, 4, 5, 6], scores[1, 2]
    assert found == {"many": many < few, "few": few <= many}
    ranked = sorted(scores.values())
    by_name = {row[0]: row for row in cells(outcome["tables"][0])}
    for name, layers in {"1–5": (1, 2, 3, 4, 5), "1, 3–6": (1, 3, 4, 5, 6), "2–6": (2, 3, 4, 5, 6)}.items():
        error = scores[layers]
        assert_mm(by_name[name][1], error)
        assert int(re.match(r"\d+", by_name[name][2]).group()) == ranked.index(error) + 1
        assert by_name[name][2].endswith("of 63")


def test_names(learner):
    seeds = itertools.count(9, -2)  # numbers that were there before the answer would not count

    def walk(learner):
        learner.does("inspect_cell", layer=0, step=3)
        learner.does("renumber", how="random", seed=next(seeds), layer=None)
        learner.waits_for("relabel")

    found, outcome = verdicts(learner, "5", walk)
    assert found["correlation"] is True
    assert found["motion"] is found["nothing"] is found["information"] is False
    before, after = (float(value) for value in cells(outcome["tables"][0])[0][1:])
    tokens = learner.encoded.tokens
    assert before == pytest.approx(np.corrcoef(tokens[:2])[0, 1], abs=0.0051)
    assert before != after


def test_a_leak(learner):
    learner.opens("6", "4")
    learner.does("set_code", region=[1, 2, 12, 12], code=9, repair=False)
    assert learner.done == [False]  # two tokens
    learner.does("undo")
    code = (int(learner.encoded.tokens[0, 12]) + 1) % 64
    learner.does("set_code", region=[0, 0, 12, 12], code=code, repair=False)
    outcome = learner.outcome
    assert outcome["right"] is False
    encoded = learner.encoded
    edited = encoded.tokens.copy()
    edited[0, 12] = code
    before, after = (encoded.checkpoint.decode(t, length=encoded.frames) for t in (encoded.tokens, edited))
    moved = np.flatnonzero((before != after).any(axis=1))
    assert outcome["verdict"] == f"{len(moved)} frames changed: {moved[0]} to {moved[-1]}."
    assert cells(outcome["tables"][0])[-1][1] == str(len(moved))
    learner.opens("6", str(len(moved)))
    assert learner.outcome is None  # the edit is older than the answer
    learner.does("set_code", region=[0, 0, 12, 12], code=(code + 1) % 64, repair=False)
    assert learner.outcome["right"] is True


@pytest.mark.parametrize("answer", ["", "eleven", "-3", "4.5", "9" * 12])
def test_a_prediction_must_be_a_whole_number(learner, answer):
    learner.opens("6")
    assert "whole number of frames" in learner.does("answer_lesson", answer=answer)
    assert learner.visitor.room(Learner).visit.answer is None


def test_bits(learner):
    def walk(learner):
        learner.does("show_panel", panel="codebook")
        for _ in range(3):
            learner.does("do_in_lesson", move="add", value="one")

    found, outcome = verdicts(learner, "7", walk)
    encoded, library = learner.encoded, learner.visitor.library
    entropies = [estimate_entropy(row).corrected_bits for row in encoded.checkpoint.usage]
    share = sum(entropies) / (6 * 6)
    assert found == {"all": share > 0.995, "most": 0.9 <= share <= 0.995, "less": share < 0.9}
    assert f"{share:.1%} of the plain rate" in outcome["verdict"]
    growth = cells(outcome["tables"][0])
    keys = ["walk", *[key for key in library.clips if key != "walk"][:3]]
    assert bits.clips(learner.visitor) == keys
    seen = np.concatenate([library.encoded(library.clip(key), "first").tokens[0] for key in keys])
    entropy = estimate_entropy(np.bincount(seen, minlength=64)).corrected_bits
    assert growth[-1] == ("4", f"{len(seen):,}", str(len(set(seen))), f"{entropy:.2f} bits")
    own, beside = outcome["tables"][1:]
    assert [row[1] for row in cells(own)] == [f"{(u > 0).sum()} of 64" for u in encoded.checkpoint.usage]
    assert beside["caption"].startswith("second over all clips of this page")
    others = np.concatenate([learner.visitor.catalog.tokens(key, "second") for key in library.clips], axis=1)
    assert [row[1] for row in cells(beside)] == [f"{len(set(row))} of 64" for row in others]


def test_all_clips_can_be_added_at_once(learner):
    learner.opens("7", "less")
    learner.does("do_in_lesson", move="add", value="all")
    assert len(bits.clips(learner.visitor)) == len(learner.visitor.library.clips)
    assert learner.lesson["steps"][1]["actions"] == ()


def test_it_loaded(learner, monkeypatch):
    from rvqvae.doctor import Finding, Report

    learner.opens("8")
    original = learner.encoded.checkpoint
    weights = {name: value.clone() for name, value in original.model.state_dict().items()}
    whole = learner.visitor.catalog.entry(learner.encoded.checkpoint_key)
    monkeypatch.setattr(whole, "report", Report("whole", findings=[]))
    for kind in ("strides", "normalisation", "fps"):
        learner.opens("8", "silence")
        assert not any(step["done"] for step in learner.lesson["steps"])  # that verdict is on the whole one
        assert learner.does("do_in_lesson", move="break", value=kind) == ""
        encoded = learner.encoded
        assert encoded.checkpoint is not original
        finding = Finding("x", "encoder", "Something is off.", "Mend it.")
        entry = learner.visitor.catalog.entry(encoded.checkpoint_key)
        entry.report = Report("broken", findings=[finding])
        outcome = learner.outcome
        assert outcome["right"] is True
        assert "0 complaints" in outcome["verdict"]
        broken = mpjpe_mm(
            encoded.checkpoint.decode(
                encoded.checkpoint.encode(encoded.clip.features), length=encoded.frames
            ),
            encoded.clip.features,
            "root",
        )
        assert_mm(cells(outcome["tables"][0])[1][1], broken)
        assert "Something is off. Mend it." in outcome["sentences"][1]
    learner.does("close_lesson")
    assert learner.encoded.checkpoint is original
    assert learner.visitor.own_checkpoints.kept == {}
    assert all(not key.startswith("own-") for _, key in learner.visitor.workbenches)
    now = original.model.state_dict()
    assert all((now[name] == value).all() for name, value in weights.items())


def test_a_copy_that_is_broken_anew_is_examined_anew(learner):
    for _ in range(2):
        learner.opens("8", "silence")
        assert learner.does("do_in_lesson", move="break", value="fps") == ""
        assert learner.outcome is None
        assert learner.does("examine") == ""
        learner.waits_for("doctor")
        assert learner.outcome["right"] is True


def test_the_challenge_starts_open_and_is_a_ladder(learner):
    from app.lessons import challenge
    from app.lessons.par import half, ladder

    learner.opens("challenge")
    encoded = learner.encoded
    goal, errors = ladder(encoded), encoded.errors_by_layers["root"]
    assert learner.outcome is None  # nothing was done yet
    text = learner.lesson["steps"][0]["text"]
    assert f"{goal.target_mm:.0f} mm" in text or f"{goal.target_mm:.1f} mm" in text
    assert errors[half(encoded) - 1] <= goal.target_mm
    learner.layers(*range(1, goal.layers + 1))
    assert learner.outcome["verdict"] == ("Score 50." if len(goal.rungs) > 1 else "Score 100.")
    whole = f"{goal.layers * 6 * 5:.1f} bit/s"
    assert cells(learner.outcome["tables"][0])[0][1] == cells(learner.outcome["tables"][0])[-1][1] == whole
    assert [rung.bits for rung in goal.rungs] == sorted((r.bits for r in goal.rungs), reverse=True)

    learner.does("set_code", region=[0, 0, 0, 12], code=-1, repair=False)
    share = 13 / 26
    kept = (goal.layers - share) * 6 + 1  # half of a layer is missing: one bit a step says which half
    assert challenge.bits(learner.visitor.workbench) == pytest.approx(kept * 5)
    learner.layers()
    assert learner.outcome is None


def test_another_clip_asks_about_that_clip(learner):
    learner.opens("2", "0")
    learner.layers(1)
    assert "seen so far: 1 of 6" in learner.lesson["steps"][0]["now"]
    learner.does("choose_clip", clip="kick")
    assert "seen so far: none of 6" in learner.lesson["steps"][0]["now"]
    assert learner.visitor.room(Learner).visit.about == ("kick", "first")


def test_a_checkpoint_with_too_few_layers_is_named(learner, tmp_path):
    from tests.support.checkpoints import write_checkpoint

    write_checkpoint(tmp_path, "single", num_quantizers=1)
    learner.visitor.library.checkpoints["single"] = type(learner.visitor.library.checkpoints["first"])(
        "single", "single", tmp_path / "single"
    )
    try:
        learner.does("choose_checkpoint", checkpoint="single")
        learner.opens("3")
        assert "needs a checkpoint with 3 layers or more; this one has 1" in learner.lesson["unfit"]
        for lesson in ("1", "6", "7", "8", "challenge"):
            learner.opens(lesson)
            assert "layers or more" not in learner.lesson["unfit"]
    finally:
        del learner.visitor.library.checkpoints["single"]


def test_a_lost_session_returns_to_the_lesson(learner, library, tmp_path):
    from app.stage import session as session_view

    learner.opens("4", "few")
    resume = session_view.payload(learner.visitor)["resume"]
    fresh = Connection(Visitor(library, tmp_path))
    fresh.answer({"number": 5, "commands": [], "resume": resume})
    assert (fresh.visitor.room(Learner).visit.lesson, fresh.visitor.room(Learner).visit.answer) == (
        "4",
        "few",
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ({"name": "open_lesson", "lesson": "12"}, "There is no lesson '12'"),
        ({"name": "answer_lesson", "answer": "x"}, "No lesson is open"),
        ({"name": "do_in_lesson", "move": "point"}, "No lesson is open"),
    ],
)
def test_bad_requests_are_refused(learner, command, sentence):
    assert sentence in learner.does(**command)


def test_bad_answers_and_moves_are_refused(learner):
    learner.opens("3")
    assert "choose one of: 384; 4,096" in learner.does("answer_lesson", answer="nonsense")
    assert "has no move 'fly'" in learner.does("do_in_lesson", move="fly")
    learner.opens("8", "error")
    assert "cannot be broken here" in learner.does("do_in_lesson", move="break", value="everything")
    learner.opens("challenge")
    assert "asks no question" in learner.does("answer_lesson", answer="1")


def test_formulas_are_well_formed_and_the_words_are_explained(learner):
    from app.lessons.par import ladder

    learner.opens("challenge")
    learner.layers(*range(1, ladder(learner.encoded).layers + 1))
    (formula,) = learner.outcome["formulas"]
    ElementTree.fromstring(formula["math"])
    terms = [term for term, _, _ in GLOSSARY]
    assert len(set(terms)) == len(terms)


def test_the_lesson_of_the_readme_works(learner, monkeypatch):
    text = (Path(app.lessons.__file__).parent / "README.md").read_text()
    (code,) = re.findall(r"```py\n(.*?)```", text, re.DOTALL)
    scope = {}
    exec(code, scope)
    monkeypatch.setitem(BY_KEY, "9", scope["LESSON"])
    encoded = learner.encoded
    errors = [
        mpjpe_mm(
            encoded.checkpoint.decode(encoded.tokens, [v], length=encoded.frames),
            encoded.clip.features,
            "root",
        )
        for v in (0, 1)
    ]
    learner.opens("9", "1")
    learner.layers(1)
    assert learner.outcome is None
    learner.layers(2)
    assert learner.outcome["right"] is (errors[0] < errors[1])


def test_studio_errors_are_what_lessons_raise():
    with pytest.raises(StudioError):
        bits.add(None, "some")
