"""When there are too few tokens for a figure to mean much, and why.

An entropy is called reliable where nine times in ten it is within `STATED_BITS` of that of all clips of its
kind. Measured by `python -m tests.benchmarks.reliability` (docs/reliability.md) on tokens of 813 clips of
four corpora through six checkpoints: of 573 entropies called reliable, from clips drawn at random, 99.1 %
were within 0.35 bits, nine in ten within 0.15, and none came from fewer than 15 clips. Of clips that are
neighbours in a file, and so of one kind of motion, it says nothing about the other kinds.
"""

from dataclasses import dataclass

from rvqvae.statistics.entropy import EntropyEstimate
from rvqvae.statistics.information import MutualInformation

LEAST_COVERAGE = 0.9
STATED_BITS = 0.35
# Two clips of one and the same pose show each other's codes, and nothing else.
LEAST_CLIPS = 12
# The null is the bias: where it exceeds half of the value, most of the value is an artefact of the sample.
LARGEST_NULL_SHARE = 0.5
LARGEST_P_VALUE = 0.05


@dataclass(frozen=True)
class Judgement:
    """Whether a figure means something on this many tokens.

    Attributes
    ----------
    reliable : bool
    reason : str, one sentence
    """

    reliable: bool
    reason: str


def judge_entropy(estimate: EntropyEstimate) -> Judgement:
    """Whether the tokens show enough of their distribution for its entropy and perplexity.

    A single clip never does. Where it is not known which clips the tokens come from, they are taken to be
    independent of each other, and the reason says so.
    """
    if estimate.tokens == 0:
        return Judgement(False, "There are no tokens.")
    if estimate.clips is None:
        return _of_independent_tokens(estimate)
    if estimate.clips == 1:
        return Judgement(
            False,
            f"A single clip cannot say: its {estimate.tokens} tokens follow from each other and from its one "
            "motion, and other motion uses other codes.",
        )
    share = f"an estimated {estimate.coverage:.0%} (at least {estimate.least_coverage:.0%})"
    clips = f"{estimate.tokens} tokens of {estimate.clips} clips"
    if estimate.clips < LEAST_CLIPS:
        return Judgement(False, f"Too few clips to mean much: {clips}, and it takes {LEAST_CLIPS} or more.")
    if estimate.least_coverage < LEAST_COVERAGE:
        return Judgement(
            False,
            f"Too few clips to mean much: {clips} show codes that make up {share} of the tokens of a new "
            f"clip; below {LEAST_COVERAGE:.0%} even the corrected entropy is too low.",
        )
    if estimate.uncertain_bits > STATED_BITS:
        return Judgement(
            False,
            f"Too few clips to mean much: {clips} show most codes, but with a part of the clips left out "
            f"their entropy comes out so differently that it may be {estimate.uncertain_bits:.2f} bits off.",
        )
    return Judgement(
        True,
        f"{clips} show codes that make up {share} of the tokens of a new clip like these: the entropy is "
        f"within {STATED_BITS} bits, nine times in ten.",
    )


def judge_information(information: MutualInformation) -> Judgement:
    """Whether a mutual information stands out from what shuffled tokens give."""
    value, null = information.corrected_bits, information.null_bits
    figures = f"shuffled tokens give {null:.2f} bits, these {value:.2f}"
    if information.p_value > LARGEST_P_VALUE:
        return Judgement(False, f"No dependence shown by {information.pairs} pairs: {figures}.")
    if null > LARGEST_NULL_SHARE * value:
        return Judgement(
            False,
            f"Too few pairs ({information.pairs}) to mean much: {figures}, so most of it is bias.",
        )
    return Judgement(True, f"Stands out from chance over {information.pairs} pairs: {figures}.")


def _of_independent_tokens(estimate: EntropyEstimate) -> Judgement:
    share = f"an estimated {estimate.coverage:.0%}"
    if estimate.coverage < LEAST_COVERAGE:
        return Judgement(
            False,
            f"Too few to mean much: {estimate.tokens} tokens show codes that make up {share} of what this "
            f"layer emits; below {LEAST_COVERAGE:.0%} even the corrected entropy is too low.",
        )
    return Judgement(
        True,
        f"{estimate.tokens} tokens show {share} of what this layer emits, each taken to be drawn by itself.",
    )
