"""The laboratory's tabs of statistics: codebooks, information, layers, beam search, relabel."""

from typing import NotRequired, TypedDict

from app.payloads.packed import Alignment, JobState, PackedArray


class Choice(TypedDict):
    key: str
    title: str


class Analysed(TypedDict):
    clips: int
    frames: int
    steps: int


class DatasetPayload(TypedDict):
    choices: list[Choice]
    key: str
    title: str
    analysed: Analysed | None
    needs_analysis: bool
    state: JobState | None


class OfClip(TypedDict):
    """What a figure of the laboratory is of."""

    clip: str
    checkpoint: str


class Caption(OfClip):
    """And how its errors are measured."""

    alignment: Alignment
    fps: float


class EntropyFacts(TypedDict):
    tokens: int
    plugin_bits: float
    miller_madow_bits: float
    corrected_bits: float
    reliable: bool
    reason: str


class LayerUse(EntropyFacts):
    layer: int
    used: int
    never_used: int
    perplexity: float


class CodeUse(TypedDict):
    rows: list[LayerUse]
    counts: PackedArray
    energies: list[float] | None


class CodebookFacts(TypedDict):
    layer: int
    zero_norm: int
    duplicates: int
    least_norm: float
    median_norm: float
    largest_norm: float


class CodebookPayload(OfClip):
    num_quantizers: int
    num_embeddings: int
    estimator: str
    codebooks: list[CodebookFacts]
    norms: PackedArray
    clip_use: CodeUse
    data_use: CodeUse | None
    data: str


class LayerEntropy(EntropyFacts):
    layer: int
    nominal_bits: float


class Information(TypedDict):
    pairs: int
    plugin_bits: float
    corrected_bits: float
    null_bits: float
    null_std_bits: float
    p_value: float
    excess_bits: float
    reliable: bool
    reason: str


class BetweenLayers(Information):
    first: int
    second: int


class BetweenSteps(Information):
    layer: int


class EntropyCurve(TypedDict):
    sizes: list[int]
    plugin_bits: list[float]
    corrected_bits: list[float]
    corrected_std_bits: list[float]


class InformationCurve(TypedDict):
    layer: int
    sizes: list[int]
    corrected_bits: list[float]
    null_bits: list[float]


class RatePoint(TypedDict):
    layers: int
    nominal: float
    entropy: float
    mm: float


class InformationResult(TypedDict):
    clips: int
    frames: int
    steps: int
    layers: list[LayerEntropy]
    between_layers: list[BetweenLayers]
    between_steps: list[BetweenSteps]
    curves: list[EntropyCurve]
    information_curves: list[InformationCurve]
    rate_distortion: list[RatePoint]


class InformationOf(TypedDict):
    title: str
    state: JobState | None
    result: InformationResult | None
    only_counts: NotRequired[bool]


class InformationParts(TypedDict):
    clip: InformationOf
    data: InformationOf


class InformationPayload(Caption):
    num_quantizers: int
    num_embeddings: int
    steps_per_second: float
    estimator: str
    of: InformationParts


class Subset(TypedDict):
    layers: list[int]
    mm: float
    is_prefix: bool


class LayerWorth(TypedDict):
    layer: int
    alone_mm: float
    without_mm: float | None
    cost_mm: float | None


class LatticePayload(Caption):
    """`all_mm` and `single` come with the subsets."""

    num_quantizers: int
    state: JobState | None
    subsets: list[Subset] | None
    trained_on_prefixes: bool
    all_mm: NotRequired[float]
    single: NotRequired[list[LayerWorth]]


class BeamRow(TypedDict):
    width: int
    latent_error: float
    mm: float
    changed: int
    changed_by_layer: list[int]


class BeamPayload(Caption):
    state: JobState | None
    tokens: int
    widths: list[int]
    rows: list[BeamRow] | None


class Relabelling(TypedDict):
    how: str
    seed: int
    layer: int | None


class Relabelled(TypedDict):
    """Pairs: as it was, and relabelled."""

    tokens: list[PackedArray]
    entropy_bits: list[list[float]]
    pairs: list[list[int]]
    information_bits: list[list[float]]
    correlation: list[list[list[float | None]]]
    motion_difference: float
    unit: str
    encodes_alike: bool
    renamed: int


class RelabelPayload(OfClip):
    num_quantizers: int
    num_embeddings: int
    state: JobState | None
    relabelling: Relabelling
    result: Relabelled | None
