"""Lesson 8: a checkpoint that loads without an error can still be wrong."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.catalog.entry import CheckpointEntry
from app.catalog.keys import own_key
from app.errors import StudioError
from app.lessons import notation as n
from app.lessons import words
from app.lessons.damage import CHECKS, DAMAGES, fits, loads
from app.lessons.lesson import Action, Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import ALIGNMENT, aligned
from app.lessons.visit import needed, visit_of
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from rvqvae.evaluation.metrics import mpjpe_mm

if TYPE_CHECKING:  # it takes long to import
    from rvqvae.doctor import Report

BROKEN = own_key("lesson-")  # keys of broken checkpoints: this, the kind of damage, and the original's key
ERROR, WARNING, SILENCE = "error", "warning", "silence"


def broken(visitor: Visitor) -> str | None:
    """The kind of damage of the checkpoint that the studio shows; None where it is whole."""
    key = visitor.workbench.encoded.checkpoint_key
    return key.removeprefix(BROKEN).split("-", 1)[0] if key.startswith(BROKEN) else None


def original(visitor: Visitor) -> EncodedClip:
    """The clip through the checkpoint as it was before it was broken."""
    encoded = visitor.workbench.encoded
    if broken(visitor) is None:
        return encoded
    return visitor.catalog.encoded(
        encoded.clip.key, encoded.checkpoint_key.removeprefix(BROKEN).split("-", 1)[1]
    )


def kinds(visitor: Visitor) -> list[str]:
    """Damages that can be done to this checkpoint."""
    return [kind for kind in DAMAGES if fits(original(visitor).checkpoint, kind)]


def break_it(visitor: Visitor, value: Any) -> None:
    """Go on with a broken copy of the checkpoint, in this page alone."""
    if value not in kinds(visitor):
        raise StudioError(f"{value!r} cannot be broken here; choose one of {', '.join(kinds(visitor))}.")
    before = original(visitor)
    damaged = DAMAGES[value][1](before.checkpoint)
    key = f"{BROKEN}{value}-{before.checkpoint_key}"
    mend(visitor)
    visitor.catalog.own_checkpoints.keep(
        CheckpointEntry(key, f"{before.checkpoint.name}, broken", before.source, damaged, altered=True)
    )
    visitor.choose(before.clip.key, key)


def mend(visitor: Visitor) -> None:
    """Go back to the checkpoint as it was, and forget broken copies and the work done with them."""
    if broken(visitor) is not None:
        encoded = visitor.workbench.encoded
        visitor.choose(encoded.clip.key, original(visitor).checkpoint_key)
    visitor.workbenches = {
        keys: workbench for keys, workbench in visitor.workbenches.items() if not keys[1].startswith(BROKEN)
    }
    for key in [key for key in visitor.catalog.own_checkpoints.kept if key.startswith(BROKEN)]:
        del visitor.catalog.own_checkpoints.kept[key]


def verdict(visitor: Visitor) -> "Report | None":
    """The doctor's report on the checkpoint that the studio shows; None before it is there."""
    return visitor.catalog.entry(visitor.workbench.encoded.checkpoint_key).report


def question(visitor: Visitor) -> Question:
    labels = words.listed((DAMAGES[kind][0].lower() for kind in kinds(visitor)), "or")
    return Question(
        f"You are about to break the checkpoint in memory, in one of these ways: {labels}. Every tensor is "
        "still there, in its right shape. What will loading say?",
        (
            Option(ERROR, "it stops with an error"),
            Option(WARNING, "it warns, and goes on"),
            Option(SILENCE, "nothing"),
        ),
    )


def steps(visitor: Visitor) -> tuple[Step, ...]:
    kind = broken(visitor)
    now = "the checkpoint is whole" if kind is None else f"done: {DAMAGES[kind][0].lower()}"
    actions = [Action(DAMAGES[one][0], "break", one) for one in kinds(visitor) if one != kind]
    return (
        Step(
            "Break it, and look at the body. Only your page has the broken copy, and leaving this lesson "
            "puts the checkpoint back.",
            kind is not None,
            now=now,
            show=Show("player"),
            actions=tuple(actions),
        ),
        Step(
            "Open the doctor's tab in the laboratory and read the verdict on the broken copy.",
            kind is not None and verdict(visitor) is not None,
            show=Show("lab", tab="doctor"),
        ),
    )


def outcome(visitor: Visitor) -> Outcome:
    kind, before, encoded = needed(broken(visitor)), original(visitor), visitor.workbench.encoded
    tensors, complaints = said_by_loading(encoded, before)
    report = needed(verdict(visitor))
    errors = {"whole": error_mm(before), "broken": error_mm(encoded)}
    return Outcome(
        visit_of(visitor).answer == (WARNING if complaints else SILENCE),
        f"Nothing: {tensors} tensors load strictly, {complaints} complaints."
        if not complaints
        else f"Loading had {complaints} complaints.",
        (
            _effect(errors),
            _diagnosis(report, kind),
            "A loader checks names and shapes. Strides, statistics and frame rates are in neither, so only a "
            "look at what the model does can tell: decode known clips, and compare.",
        ),
        (
            Table(
                f"Mean joint error of this clip, all layers, {aligned(before)}",
                ("checkpoint", "error"),
                (
                    Row(("as it was", words.mm(errors["whole"])), errors["whole"] / max(errors.values())),
                    Row(
                        (DAMAGES[kind][0].lower(), words.mm(errors["broken"])),
                        errors["broken"] / max(errors.values()),
                        "sick" if report.sick else "no finding",
                    ),
                ),
            ),
        ),
        (
            Formula(
                n.math(
                    n.name("x̃"),
                    n.EQUALS,
                    n.fraction(n.row(n.name("x"), n.MINUS, n.name("μ")), n.name("σ")),
                ),
                "What the encoder sees are normalised features. With other μ and σ than in training it sees "
                "another motion, and no shape changes.",
            ),
        ),
    )


@lru_cache(maxsize=16)
def said_by_loading(encoded: EncodedClip, before: EncodedClip) -> tuple[int, int]:
    """(tensors, complaints) of loading the whole checkpoint's tensors into the broken one."""
    return loads(encoded.checkpoint, before.checkpoint)


@lru_cache(maxsize=16)
def error_mm(encoded: EncodedClip) -> float:
    """Mean joint error with all layers and no edits."""
    decoded = encoded.decode(encoded.tokens, (True,) * encoded.num_layers)
    return mpjpe_mm(decoded, encoded.clip.features, ALIGNMENT, encoded.layout)


def _diagnosis(report: "Report", kind: str) -> str:
    """What the doctor says of a damage that this lesson knows, and whether that is it."""
    if not report.sick:
        return (
            "The doctor finds nothing: on the clips that it tries, this damage makes too little difference "
            "to this checkpoint. No verdict is not a clean bill."
        )
    first = report.sick[0]
    if first.check in CHECKS[kind]:
        return f"The doctor names it: {first.message} {first.advice}"
    return (
        "The doctor says that it is sick, but does not name what was done here "
        f"({DAMAGES[kind][0].lower()}): {first.message} {first.advice}"
    )


def _effect(errors: dict[str, float]) -> str:
    whole, now = words.mm(errors["whole"]), words.mm(errors["broken"])
    times = errors["broken"] / errors["whole"]
    if times >= 1.05:
        return f"Yet the error is {times:.2g} times what it was: {now}, not {whole}."
    if times > 0.95:
        return (
            f"On this clip the error is hardly another ({now}, it was {whole}), which makes such damage "
            "harder still to notice."
        )
    return (
        f"On this clip the error even falls, from {whole} to {now}: the checkpoint does not fit this clip "
        "well as it is, which makes such damage harder still to notice."
    )


LESSON = Lesson(
    number=8,
    title="It loaded, so it is right?",
    minutes=4,
    why="A checkpoint loads without an error. Is it the model that was trained?",
    shows=("player", "readout", "tokens", "lab"),
    question=question,
    steps=steps,
    outcome=outcome,
    moves={"break": break_it},
    leave=mend,
)
