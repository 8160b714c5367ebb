"""Each lesson from its question to its end, against numbers worked out here."""

import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import app.lessons
from app.lessons import BY_KEY, LESSONS
from app.lessons import lesson1_snap as snap
from app.lessons import lesson2_left as left
from app.lessons import lesson7_bits as bits
from app.lessons.glossary import GLOSSARY
from app.take import StudioError
from app.views import lesson as view
from rvqvae.metrics import joint_errors_mm, mpjpe_mm
from rvqvae.statistics import estimate_entropy, layer_lattice

PATIENCE_S = 60


class Learner:
    """A session, asked as the page asks it."""

    def __init__(self, session):
        self.session = session
        self.letters = 0
        session.page_shows_opening()

    def does(self, name, **values):
        self.letters += 1
        letter = {"letter": self.letters, "commands": [{"name": name, **values}], "resume": None}
        return self.session.answer(letter)["notice"]

    def opens(self, lesson, answer=None):
        assert self.does("open_lesson", lesson=lesson) == ""
        if answer is not None:
            assert self.does("answer_lesson", answer=answer) == ""

    def layers(self, *on):
        count = self.take.num_layers
        self.does("set_layers", layers=[v + 1 in on for v in range(count)])

    @property
    def take(self):
        return self.session.workbench.take

    @property
    def lesson(self):
        return view.payload(self.session)

    @property
    def outcome(self):
        return self.lesson["outcome"]

    @property
    def answers(self):
        return [option["key"] for option in self.lesson["question"]["options"]]

    @property
    def done(self):
        return [step["done"] for step in self.lesson["steps"]]

    def waits_for(self, job):
        (thread_job,) = [one for name, one in self.session.jobs._jobs.items() if name == job]
        for _ in range(PATIENCE_S * 50):
            if not thread_job.is_open:
                break
            thread_job.stop.wait(0.02)
        assert thread_job.state == "done", thread_job.words


@pytest.fixture
def learner(session):
    return Learner(session)


def cells(table):
    return [row["cells"] for row in table["rows"]]


def assert_mm(text, value):
    """The page's text is this number of millimetres, rounded."""
    assert float(text.removesuffix(" mm")) == pytest.approx(value, abs=0.51 if value >= 100 else 0.051)


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
        codes, places, _ = snap.plane_of(learner.take)
        start = snap.nearest_at_opening(learner.take)
        other = next(i for i, code in enumerate(codes) if code != start)
        learner.does("do_in_lesson", move="point", value=places[other].tolist())
        assert learner.done == [True, False]
        learner.does("inspect_cell", layer=0, step=7)
        learner.does("inspect_cell", layer=3, step=2)  # looking elsewhere afterwards undoes nothing

    found, outcome = verdicts(learner, "1", walk)
    take = learner.take
    codes, places, share = snap.plane_of(take)
    counts = np.bincount(take.tokens[0], minlength=take.num_codes)
    assert counts[codes].min() >= np.delete(counts, codes).max()
    assert 0 < share <= 1
    x = np.array(snap.opening_point(take))
    nearest = str(codes[np.linalg.norm(places - x, axis=1).argmin()])
    assert found == {answer: answer == nearest for answer in found}
    assert nearest in found

    point = learner.session.visit.made("point")[-1]
    assert learner.lesson["picture"]["point"] == point
    assert snap.distances(take, point) == pytest.approx([np.hypot(*(place - point)) for place in places])
    latent = take.latent[:, 7].numpy()
    distance = np.linalg.norm(take.codebook(0).numpy() - latent[:, None], axis=0)
    assert f"layer 1 chose code {take.tokens[0, 7]}, {distance.min():.2f}" in outcome["sentences"][0]


@pytest.mark.parametrize("value", [None, [1], ["a", "b"], [float("nan"), 0.0]])
def test_a_point_that_is_none_is_refused(learner, value):
    learner.opens("1", None)
    learner.does("answer_lesson", answer=learner.answers[0])
    assert "point" in learner.does("do_in_lesson", move="point", value=value)
    assert learner.session.visit.moves == ()


def test_what_is_left(learner):
    def walk(learner):
        for count in range(1, 7):
            learner.layers(*range(1, count + 1))

    found, outcome = verdicts(learner, "2", walk)
    take, step = learner.take, left.telling_step(learner.take)
    frames = slice(4 * step, 4 * step + 4)
    errors, squared, residual = [], [], take.latent[:, step].numpy()
    for count in range(1, 7):
        decoded = take.checkpoint.decode(take.tokens, range(count), length=take.frames)
        errors.append(joint_errors_mm(decoded, take.clip.features, "root")[frames].mean())
        residual = residual - take.codebook(count - 1).numpy()[:, take.tokens[count - 1, step]]
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
    take = learner.take
    assert found == {"stored": False, "pairs": False, "power": True}
    assert f"{64**6:,}" in outcome["verdict"]
    assert "4, 1, 6, 2, 5 and 3" in outcome["sentences"][1]
    written = len({tuple(column) for column in take.tokens.T})
    assert cells(outcome["tables"][0])[-1] == ("used by this clip", str(written))
    codes = [take.codebook(v).numpy()[:, take.tokens[v]] for v in range(6)]
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
    take = learner.take
    scores = {
        one.layers: one.root_mm for one in layer_lattice(take.checkpoint, take.clip.features, take.tokens)
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
    def walk(learner):
        learner.does("inspect_cell", layer=0, step=3)
        learner.does("renumber", how="random", seed=3, layer=None)
        learner.waits_for("relabel")

    found, outcome = verdicts(learner, "5", walk)
    assert found["correlation"] is True
    assert found["motion"] is found["nothing"] is found["information"] is False
    before, after = (float(value) for value in cells(outcome["tables"][0])[0][1:])
    tokens = learner.take.tokens
    assert before == pytest.approx(np.corrcoef(tokens[:2])[0, 1], abs=0.0051)
    assert before != after


def test_a_leak(learner):
    learner.opens("6", "4")
    learner.does("set_code", region=[1, 2, 12, 12], code=9, repair=False)
    assert learner.done == [False]  # two tokens
    learner.does("undo")
    code = (int(learner.take.tokens[0, 12]) + 1) % 64
    learner.does("set_code", region=[0, 0, 12, 12], code=code, repair=False)
    outcome = learner.outcome
    assert outcome["right"] is False
    take = learner.take
    edited = take.tokens.copy()
    edited[0, 12] = code
    before, after = (take.checkpoint.decode(t, length=take.frames) for t in (take.tokens, edited))
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
    assert learner.session.visit.answer is None


def test_bits(learner):
    def walk(learner):
        learner.does("show_panel", panel="codebook")
        for _ in range(3):
            learner.does("do_in_lesson", move="add", value="one")

    found, outcome = verdicts(learner, "7", walk)
    take, library = learner.take, learner.session.library
    entropies = [estimate_entropy(row).corrected_bits for row in take.checkpoint.usage]
    share = sum(entropies) / (6 * 6)
    assert found == {"all": share > 0.995, "most": 0.9 <= share <= 0.995, "less": share < 0.9}
    assert f"{share:.1%} of the plain rate" in outcome["verdict"]
    growth = cells(outcome["tables"][0])
    keys = ["walk", *[key for key in library.clips if key != "walk"][:3]]
    assert bits.clips(learner.session) == keys
    seen = np.concatenate([library.take(library.clip(key), "first").tokens[0] for key in keys])
    entropy = estimate_entropy(np.bincount(seen, minlength=64)).corrected_bits
    assert growth[-1] == ("4", f"{len(seen):,}", str(len(set(seen))), f"{entropy:.2f} bits")
    own, beside = outcome["tables"][1:]
    assert [row[1] for row in cells(own)] == [f"{(u > 0).sum()} of 64" for u in take.checkpoint.usage]
    assert beside["caption"].startswith("second over all clips of this page")
    others = np.concatenate([learner.session.tokens_of(key, "second") for key in library.clips], axis=1)
    assert [row[1] for row in cells(beside)] == [f"{len(set(row))} of 64" for row in others]


def test_all_clips_can_be_added_at_once(learner):
    learner.opens("7", "less")
    learner.does("do_in_lesson", move="add", value="all")
    assert len(bits.clips(learner.session)) == len(learner.session.library.clips)
    assert learner.lesson["steps"][1]["actions"] == ()


def test_it_loaded(learner, monkeypatch):
    from rvqvae.doctor import Finding, Report

    learner.opens("8")
    original = learner.take.checkpoint
    weights = {name: value.clone() for name, value in original.model.state_dict().items()}
    for kind in ("strides", "normalisation", "fps"):
        learner.opens("8", "silence")
        assert learner.does("do_in_lesson", move="break", value=kind) == ""
        take = learner.take
        assert take.checkpoint is not original
        finding = Finding("x", "encoder", "Something is off.", "Mend it.")
        learner.session.clinic.reports[take.checkpoint_key] = Report("broken", findings=[finding])
        outcome = learner.outcome
        assert outcome["right"] is True
        assert "0 complaints" in outcome["verdict"]
        broken = mpjpe_mm(
            take.checkpoint.decode(take.checkpoint.encode(take.clip.features), length=take.frames),
            take.clip.features,
            "root",
        )
        assert_mm(cells(outcome["tables"][0])[1][1], broken)
        assert "Something is off. Mend it." in outcome["sentences"][1]
    learner.does("close_lesson")
    assert learner.take.checkpoint is original
    assert learner.session.shelf.kept == {}
    assert all(not key.startswith("own-") for _, key in learner.session.desks)
    now = original.model.state_dict()
    assert all((now[name] == value).all() for name, value in weights.items())


def test_the_challenge_counts_kept_tokens_and_which_are_missing(learner):
    learner.opens("challenge")
    take = learner.take
    ladder = take.errors_by_layers["root"]
    step = learner.lesson["steps"][0]
    assert f"{ladder[2]:.0f} mm" in step["text"] or f"{ladder[2]:.1f} mm" in step["text"]
    count = next(k for k, error in enumerate(ladder, start=1) if error <= ladder[2])
    learner.layers(*range(1, count + 1))
    assert learner.outcome["verdict"] == "Score 100."
    assert cells(learner.outcome["tables"][0])[1][1] == f"{count * 6 * 5:.1f} bit/s"

    from app.lessons import challenge

    learner.does("set_code", region=[0, 0, 0, 12], code=-1, repair=False)
    share = 13 / 26
    kept = (count - share) * 6 + 1  # half of a layer is missing: one bit a step says which half
    assert challenge.bits_per_second(learner.session.workbench) == pytest.approx(kept * 5)
    learner.layers()
    assert learner.outcome is None


def test_another_clip_asks_about_that_clip(learner):
    learner.opens("2", "0")
    learner.layers(1)
    learner.does("choose_clip", clip="kick")
    assert "seen so far: 1 of 6" in learner.lesson["steps"][0]["now"]
    assert learner.session.visit.about == ("kick", "first")


def test_a_checkpoint_with_too_few_layers_is_named(learner, tmp_path):
    from tests.app.conftest import write_checkpoint

    write_checkpoint(tmp_path, "single", num_quantizers=1)
    learner.session.library.checkpoints["single"] = type(learner.session.library.checkpoints["first"])(
        "single", "single", tmp_path / "single"
    )
    try:
        learner.does("choose_checkpoint", checkpoint="single")
        learner.opens("3")
        assert "needs a checkpoint with 3 layers or more; this one has 1" in learner.lesson["unfit"]
        for lesson in ("1", "6", "7", "8", "challenge"):
            learner.opens(lesson)
            assert learner.lesson["unfit"] == ""
    finally:
        del learner.session.library.checkpoints["single"]


def test_a_lost_session_returns_to_the_lesson(learner, library, tmp_path):
    from app.session import Session
    from app.views import session as session_view

    learner.opens("4", "few")
    resume = session_view.payload(learner.session)["resume"]
    fresh = Session(library, tmp_path)
    fresh.answer({"letter": 5, "commands": [], "resume": resume})
    assert (fresh.visit.lesson, fresh.visit.answer) == ("4", "few")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ({"name": "open_lesson", "lesson": "12"}, "There is no lesson '12'"),
        ({"name": "answer_lesson", "answer": "x"}, "No lesson is open"),
        ({"name": "do_in_lesson", "move": "point"}, "No lesson is open"),
    ],
)
def test_bad_letters_are_refused(learner, command, sentence):
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
    learner.opens("challenge")
    learner.layers(1, 2, 3)
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
    take = learner.take
    errors = [
        mpjpe_mm(take.checkpoint.decode(take.tokens, [v], length=take.frames), take.clip.features, "root")
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
