"""Lesson 5: a token's number is a name, and arithmetic on names means nothing."""

from collections.abc import Hashable
from itertools import combinations

import numpy as np

from app.lab.relabel import Relabelled, relabelling_of
from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.sources import VQ_VAE
from app.lessons.visit import needed, visit_of
from app.visitor import Visitor
from rvqvae.statistics import judge_information, mutual_information

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


def relabelled(visitor: Visitor) -> Relabelled | None:
    """What the laboratory's relabelling came to; None before it is done."""
    return visitor.jobs.result_of(relabelling_of(visitor))


def changed(done: Relabelled) -> set[str]:
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


def question(visitor: Visitor) -> Question:
    return Question(
        f"The {visitor.workbench.encoded.num_codes} codes of every layer get other numbers. The codebooks "
        "are sorted to match and the tokens rewritten. What changes?",
        tuple(Option(key, label) for key, label in LABELS.items()),
    )


def steps(visitor: Visitor) -> tuple[Step, ...]:
    encoded = visitor.workbench.encoded
    middle = encoded.tokens.shape[1] // 2
    done, before = relabelled(visitor), visit_of(visitor).before
    again = done is not None and relabelling_of(visitor).about == before
    waiting = visitor.jobs.state_of(relabelling_of(visitor)) in ("waiting", "running")
    return (
        Step(
            "Select a token of layer 1. Its number says where its vector stands in the codebook, and nothing "
            "else.",
            visit_of(visitor).looked_at(0) is not None,
            show=Show("tokens", layer=0, step=middle),
        ),
        Step(
            "Give the codes other numbers in the laboratory. Random ones will do; then try those that were "
            "made to agree.",
            done is not None and not again,
            now="being renumbered"
            if waiting
            else "these numbers were there before your answer: give the codes others"
            if again
            else "",
            show=Show("lab", tab="relabel"),
        ),
    )


def note(visitor: Visitor) -> Hashable:
    """What the laboratory has given other numbers already; None if nothing."""
    return None if relabelled(visitor) is None else relabelling_of(visitor).about


def outcome(visitor: Visitor) -> Outcome:
    encoded, done = visitor.workbench.encoded, needed(relabelled(visitor))
    found = changed(done)
    pairs = list(combinations(range(encoded.num_layers), 2))
    largest = [max((abs(_number(side[u, v])) for u, v in pairs), default=0.0) for side in done.correlation]
    bits = [max(side, default=0.0) for side in done.information_bits]
    judged = judge_information(mutual_information(encoded.tokens[0], encoded.tokens[1]))
    stays = (
        words.listed(LABELS[one] for one in (MOTION, INFORMATION, CORRELATION) if one not in found)
        if len(found) < 3
        else "nothing"
    )
    return Outcome(
        visit_of(visitor).answer in found,
        f"What changed: {words.listed(LABELS[one] for one in LABELS if one in found)}. What stayed: {stays}.",
        (
            "Code numbers are the order in which vectors happen to lie in memory. Means, differences and "
            "correlations of them can be made to say anything; which tokens occur together cannot. Edits and "
            "nearest codes in this studio go by vectors.",
            f"How much the mutual information of layers 1 and 2 means here: {judged.reason}",
        ),
        (
            Table(
                f"{encoded.tokens.shape[1]} steps, all pairs of layers",
                ("", "before", "after"),
                (
                    Row(("layers 1 and 2, correlation", *(_signed(side[0, 1]) for side in done.correlation))),
                    Row(("largest correlation of a pair", *(f"{value:.2f}" for value in largest))),
                    Row(("most mutual information of a pair", *(f"{value:.2f} bits" for value in bits))),
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
    shows=("tokens", "lab"),
    layers_needed=2,
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(VQ_VAE,),
    note=note,
)
