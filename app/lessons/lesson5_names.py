"""Lesson 5: a token's number is a name, and arithmetic on names means nothing."""

from itertools import combinations

import numpy as np

from app.lab import job_state
from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.sources import VQ_VAE
from app.renumbering import Renumbered
from rvqvae.statistics import judge_information, mutual_information

JOB = "relabel"
MOTION, INFORMATION, CORRELATION, NOTHING = "motion", "information", "correlation", "nothing"
LABELS = {
    MOTION: "the decoded motion",
    INFORMATION: "the mutual information between layers",
    CORRELATION: "the correlation between the layers' token numbers",
    NOTHING: "none of these",
}
# Below what the tables show, so that no change is called one that nobody sees.
SEEN = 0.005
SEEN_MM = 0.05


def renumbered(session) -> Renumbered | None:
    """What the laboratory's renumbering came to; None before it is done."""
    return session.jobs.result(JOB, (session.workbench.take, session.lab.numbering))


def changed(done: Renumbered) -> set[str]:
    """The right answers."""
    before, after = done.correlation
    apart = np.nan_to_num(np.abs(after - before))
    bits = np.abs(np.subtract(*done.information_bits))
    found = {
        MOTION: done.motion_difference >= SEEN_MM,
        INFORMATION: bits.size and bits.max() >= SEEN,
        CORRELATION: apart.max() >= SEEN,
    }
    return {name for name, is_changed in found.items() if is_changed} or {NOTHING}


def question(session) -> Question:
    return Question(
        f"The {session.workbench.take.num_codes} codes of every layer get other numbers. The codebooks are "
        "sorted to match and the tokens rewritten. What changes?",
        tuple(Option(key, label) for key, label in LABELS.items()),
    )


def steps(session) -> tuple[Step, ...]:
    take = session.workbench.take
    middle = take.tokens.shape[1] // 2
    done = renumbered(session)
    waiting = job_state(session, JOB, (take, session.lab.numbering)) in ("waiting", "running")
    return (
        Step(
            f"Select the token of layer 1 at step {middle}. Its number says where its vector stands in the "
            "codebook, and nothing else.",
            session.visit.looked_at(0) is not None,
            show=Show("tokens", layer=0, step=middle),
        ),
        Step(
            "Give the codes other numbers in the laboratory. Random ones will do; then try those that were "
            "made to agree.",
            done is not None,
            now="being renumbered" if waiting else "",
            show=Show("deck", tab=JOB),
        ),
    )


def outcome(session) -> Outcome:
    take, done = session.workbench.take, renumbered(session)
    found = changed(done)
    pairs = list(combinations(range(take.num_layers), 2))
    largest = [max((abs(_number(side[u, v])) for u, v in pairs), default=0.0) for side in done.correlation]
    bits = [float(np.sum(side)) for side in done.information_bits]
    judged = judge_information(mutual_information(take.tokens[0], take.tokens[1]))
    stays = (
        words.listed(LABELS[one] for one in (MOTION, INFORMATION, CORRELATION) if one not in found)
        if len(found) < 3
        else "nothing"
    )
    return Outcome(
        session.visit.answer in found,
        f"What changed: {words.listed(LABELS[one] for one in LABELS if one in found)}. What stayed: {stays}.",
        (
            "Code numbers are the order in which vectors happen to lie in memory. Means, differences and "
            "correlations of them can be made to say anything; which tokens occur together cannot. Edits and "
            "nearest codes in this studio go by vectors.",
            f"How much the mutual information of layers 1 and 2 means here: {judged.reason}",
        ),
        (
            Table(
                f"{take.tokens.shape[1]} steps, all pairs of layers",
                ("", "before", "after"),
                (
                    Row(("layers 1 and 2, correlation", *(_signed(side[0, 1]) for side in done.correlation))),
                    Row(("largest correlation of a pair", *(f"{value:.2f}" for value in largest))),
                    Row(("mutual information, all pairs", *(f"{value:.2f} bits" for value in bits))),
                    Row(("largest move of a joint", "", words.mm(done.motion_difference))),
                ),
            ),
        ),
        (
            Formula(
                n.math(
                    n.name("I"),
                    n.EQUALS,
                    n.of(n.name("H"), n.name("X")),
                    n.op("+"),
                    n.of(n.name("H"), n.name("Y")),
                    n.MINUS,
                    n.of(n.name("H"), n.row(n.name("X"), n.op(","), n.name("Y"))),
                ),
                "Mutual information of two layers' tokens: only how often codes and pairs occur enters it.",
                f"{done.information_bits[0][0]:.2f} bits before, {done.information_bits[1][0]:.2f} after "
                "(layers 1 and 2)",
            ),
        ),
    )


def _number(correlation: float) -> float:
    return 0.0 if np.isnan(correlation) else float(correlation)


def _signed(correlation: float) -> str:
    return "–" if np.isnan(correlation) else f"{correlation:+.2f}"


LESSON = Lesson(
    number=5,
    title="Numbers are names",
    minutes=3,
    why="Tokens look like numbers. Are they?",
    shows=("tokens", "deck"),
    layers_needed=2,
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(VQ_VAE,),
)
