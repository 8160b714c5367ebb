"""Lesson 8: a checkpoint that loads without an error can still be wrong."""

from functools import lru_cache

from app.lessons import notation as n
from app.lessons import words
from app.lessons.damage import DAMAGES, fits, loads
from app.lessons.lesson import Action, Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import ALIGNMENT, aligned
from app.own_checkpoints import OwnCheckpoint
from app.take import OWN, StudioError, Take
from rvqvae.metrics import mpjpe_mm

BROKEN = f"{OWN}lesson-"  # keys of broken checkpoints: this, the kind of damage, and the original's key
ERROR, WARNING, SILENCE = "error", "warning", "silence"


def broken(session) -> str | None:
    """The kind of damage of the checkpoint that the studio shows; None where it is whole."""
    key = session.workbench.take.checkpoint_key
    return key.removeprefix(BROKEN).split("-", 1)[0] if key.startswith(BROKEN) else None


def original(session) -> Take:
    """The clip through the checkpoint as it was before it was broken."""
    take = session.workbench.take
    if broken(session) is None:
        return take
    return session.take(take.clip.key, take.checkpoint_key.removeprefix(BROKEN).split("-", 1)[1])


def kinds(session) -> list[str]:
    """Damages that can be done to this checkpoint."""
    return [kind for kind in DAMAGES if fits(original(session).checkpoint, kind)]


def break_it(session, value) -> None:
    """Go on with a broken copy of the checkpoint, in this page alone."""
    if value not in kinds(session):
        raise StudioError(f"{value!r} cannot be broken here; choose one of {', '.join(kinds(session))}.")
    before = original(session)
    damaged = DAMAGES[value][1](before.checkpoint)
    key = f"{BROKEN}{value}-{before.checkpoint_key}"
    mend(session)
    session.shelf.keep(OwnCheckpoint(key, f"{before.checkpoint.name}, broken", before.source, damaged))
    session.choose(before.clip.key, key)


def mend(session) -> None:
    """Go back to the checkpoint as it was, and forget broken copies and the work done with them."""
    if broken(session) is not None:
        take = session.workbench.take
        session.choose(take.clip.key, original(session).checkpoint_key)
    session.desks = {keys: desk for keys, desk in session.desks.items() if not keys[1].startswith(BROKEN)}
    for key in [key for key in session.shelf.kept if key.startswith(BROKEN)]:
        del session.shelf.kept[key]


def verdict(session):
    """The doctor's report on the checkpoint that the studio shows; None before it is there."""
    return session.clinic.reports.get(session.workbench.take.checkpoint_key)


def question(session) -> Question:
    labels = words.listed((DAMAGES[kind][0].lower() for kind in kinds(session)), "or")
    return Question(
        f"You are about to break the checkpoint in memory, in one of these ways: {labels}. Every tensor is "
        "still there, in its right shape. What will loading say?",
        (
            Option(ERROR, "it stops with an error"),
            Option(WARNING, "it warns, and goes on"),
            Option(SILENCE, "nothing"),
        ),
    )


def steps(session) -> tuple[Step, ...]:
    kind = broken(session)
    now = "the checkpoint is whole" if kind is None else f"done: {DAMAGES[kind][0].lower()}"
    actions = [Action(DAMAGES[one][0], "break", one) for one in kinds(session) if one != kind]
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
            verdict(session) is not None,
            show=Show("deck", tab="doctor"),
        ),
    )


def outcome(session) -> Outcome:
    kind, before, take = broken(session), original(session), session.workbench.take
    tensors, complaints = said_by_loading(take, before)
    report = verdict(session)
    errors = {"whole": error_mm(before), "broken": error_mm(take)}
    advice = f"{report.sick[0].message} {report.sick[0].advice}" if report.sick else report.verdict
    return Outcome(
        session.visit.answer == (WARNING if complaints else SILENCE),
        f"Nothing: {tensors} tensors load strictly, {complaints} complaints."
        if not complaints
        else f"Loading had {complaints} complaints.",
        (
            _effect(errors),
            f"The doctor says: {advice}",
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
def said_by_loading(take: Take, before: Take) -> tuple[int, int]:
    """(tensors, complaints) of loading the whole checkpoint's tensors into the broken one."""
    return loads(take.checkpoint, before.checkpoint)


@lru_cache(maxsize=16)
def error_mm(take: Take) -> float:
    """Mean joint error with all layers and no edits."""
    decoded = take.decode(take.tokens, (True,) * take.num_layers)
    return mpjpe_mm(decoded, take.clip.features, ALIGNMENT)


def _effect(errors: dict[str, float]) -> str:
    times = errors["broken"] / errors["whole"]
    if times > 1.05:
        return f"Yet the error is {times:.1f} times what it was."
    return "On this clip the error is hardly larger, which makes such damage harder still to notice."


LESSON = Lesson(
    number=8,
    title="It loaded, so it is right?",
    minutes=4,
    why="A checkpoint loads without an error. Is it the model that was trained?",
    shows=("player", "readout", "tokens", "deck"),
    question=question,
    steps=steps,
    outcome=outcome,
    moves={"break": break_it},
    leave=mend,
)
