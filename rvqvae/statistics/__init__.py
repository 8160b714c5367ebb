"""What a tokenizer's codes carry: usage, entropy, information, rates, and when a figure means something."""

from rvqvae.statistics.codebooks import (
    LayerStatistics,
    codebook_arrays,
    duplicate_codes,
    layer_statistics,
    residual_energies,
)
from rvqvae.statistics.corpus import CorpusStatistics, analyse
from rvqvae.statistics.entropy import (
    EntropyCurve,
    EntropyEstimate,
    coverage,
    entropy_curve,
    estimate_entropy,
    grassberger_bits,
    miller_madow_bits,
    plugin_entropy_bits,
)
from rvqvae.statistics.information import (
    MutualInformation,
    join_clips,
    layer_information,
    mutual_information,
    step_information,
)
from rvqvae.statistics.lattice import SubsetError, layer_lattice
from rvqvae.statistics.rates import BitRate, RateDistortion, bit_rates
from rvqvae.statistics.relabel import (
    agreeing_permutations,
    number_correlation,
    random_permutations,
    relabel,
    relabelled,
)
from rvqvae.statistics.reliability import Judgement, judge_entropy, judge_information
from rvqvae.statistics.widths import WidthErrors, compare_widths

__all__ = [
    "BitRate",
    "CorpusStatistics",
    "EntropyCurve",
    "EntropyEstimate",
    "Judgement",
    "LayerStatistics",
    "MutualInformation",
    "RateDistortion",
    "SubsetError",
    "WidthErrors",
    "agreeing_permutations",
    "analyse",
    "bit_rates",
    "codebook_arrays",
    "compare_widths",
    "coverage",
    "duplicate_codes",
    "entropy_curve",
    "estimate_entropy",
    "grassberger_bits",
    "join_clips",
    "judge_entropy",
    "judge_information",
    "layer_information",
    "layer_lattice",
    "layer_statistics",
    "miller_madow_bits",
    "mutual_information",
    "number_correlation",
    "plugin_entropy_bits",
    "random_permutations",
    "relabel",
    "relabelled",
    "residual_energies",
    "step_information",
]
