"""When there are too few tokens for a figure to mean much, and why."""

from dataclasses import dataclass

from rvqvae.statistics.entropy import EntropyEstimate
from rvqvae.statistics.information import MutualInformation

# On uniform, Zipf, log-normal and sparse distributions of 512 codes the corrected entropy was on average
# within 0.05 bits of the truth where coverage was 0.85 or more, and 0.1 to 1.8 bits short of it below.
LEAST_COVERAGE = 0.85
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
    """Whether the tokens show enough of their distribution for its entropy and perplexity."""
    if estimate.tokens == 0:
        return Judgement(False, "There are no tokens.")
    share = f"{estimate.coverage:.0%}"
    if estimate.coverage < LEAST_COVERAGE:
        return Judgement(
            False,
            f"Too short to mean much: {estimate.tokens} tokens show codes that make up an estimated {share} "
            f"of what this layer emits; below {LEAST_COVERAGE:.0%} even the corrected entropy is too low.",
        )
    return Judgement(True, f"{estimate.tokens} tokens show an estimated {share} of what this layer emits.")


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
