"""What a tokenizer's codes carry: usage, entropy, information, rates, and when a figure means something."""

from rvqvae.statistics.clips import ClipCoverage, clip_coverage
from rvqvae.statistics.codebooks import (
    LayerStatistics,
    codebook_arrays,
    duplicate_codes,
    layer_statistics,
    residual_energies,
)
from rvqvae.statistics.corpus import CorpusStatistics, analyse, measure_use
from rvqvae.statistics.dictionary import AverageMotion, Occurrence, average_motion, occurrences
from rvqvae.statistics.effect import CodeEffect, code_effect
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
    InformationCurve,
    MutualInformation,
    information_curve,
    join_clips,
    layer_information,
    mutual_information,
    step_information,
)
from rvqvae.statistics.lattice import SubsetError, layer_lattice
from rvqvae.statistics.microscope import Dissection, LayerChoice, choice_plane, dissect, walk_plane
from rvqvae.statistics.neighbours import NearCode, nearest_codes
from rvqvae.statistics.projection import Plane, principal_plane
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
    "AverageMotion",
    "BitRate",
    "ClipCoverage",
    "CodeEffect",
    "CorpusStatistics",
    "Dissection",
    "EntropyCurve",
    "EntropyEstimate",
    "InformationCurve",
    "Judgement",
    "LayerChoice",
    "LayerStatistics",
    "MutualInformation",
    "NearCode",
    "Occurrence",
    "Plane",
    "RateDistortion",
    "SubsetError",
    "WidthErrors",
    "agreeing_permutations",
    "analyse",
    "average_motion",
    "bit_rates",
    "choice_plane",
    "clip_coverage",
    "code_effect",
    "codebook_arrays",
    "compare_widths",
    "coverage",
    "dissect",
    "duplicate_codes",
    "entropy_curve",
    "estimate_entropy",
    "grassberger_bits",
    "information_curve",
    "join_clips",
    "judge_entropy",
    "judge_information",
    "layer_information",
    "layer_lattice",
    "layer_statistics",
    "measure_use",
    "miller_madow_bits",
    "mutual_information",
    "nearest_codes",
    "number_correlation",
    "occurrences",
    "plugin_entropy_bits",
    "principal_plane",
    "random_permutations",
    "relabel",
    "relabelled",
    "residual_energies",
    "step_information",
    "walk_plane",
]
