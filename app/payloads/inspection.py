"""The laboratory's tabs that look into one thing: doctor, dictionary, microscope, compare."""

from typing import Literal, TypedDict

from app.payloads.packed import JobState, PackedArray
from app.payloads.stage import CodeAt
from app.payloads.statistics import Choice


class Examined(TypedDict):
    key: str
    title: str
    own: bool
    status: Literal[0, 1, 2] | None


class DoctorFinding(TypedDict):
    check: str
    where: str
    message: str
    advice: str
    severity: Literal["sick", "note"]


class DoctorRemedy(TypedDict):
    """A repaired copy that can be opened: what was done, and the error on the clips before and after."""

    words: str
    error_before: float
    error_after: float
    unit: str


class VerdictPayload(TypedDict):
    """On the workbench's checkpoint; the status is None, and words "", before the doctor has seen it."""

    key: str
    status: Literal[0, 1, 2] | None
    words: str
    state: JobState | None


class Measurements(TypedDict, total=False):
    """Of the first k layers; empty where nothing was measured. `layout` and `fps` where joints are known."""

    layout: str
    fps: float
    clips: int
    frames: int
    unexplained: list[float]
    residual_share: list[float]
    token_agreement: list[float]
    used: list[int]
    error_mm: list[float]
    mean_pose_mm: float
    whole_error_mm: float
    whole_mean_pose_mm: float
    cycle: float
    shaking: float


class DoctorReport(TypedDict):
    subject: str
    facts: dict[str, str]
    findings: list[DoctorFinding]
    measurements: Measurements
    not_examined: list[str]
    readable: bool
    remedy: DoctorRemedy | None
    verdict: str
    status: Literal[0, 1, 2]


class DoctorPayload(TypedDict):
    checkpoints: list[Examined]
    shown: str
    report: DoctorReport | None
    state: JobState | None
    layout: str
    fps: float


Reading = Literal["not yet", "open", "done", "stopped"]


class DictionaryPayload(TypedDict):
    reading: Reading
    clips: int
    layer: int
    num_layers: int
    num_codes: int
    points: PackedArray
    explained: list[float]
    counts: PackedArray
    counted_over: Literal["clips", "data set"]


class AverageMotion(TypedDict):
    joints: PackedArray
    first: int
    spread_mm: float


class CodeEffect(TypedDict):
    with_code: PackedArray
    without: PackedArray
    distances_mm: PackedArray
    first: int
    joint_mm: list[float]
    mean_mm: float
    path_mm: float
    decoded: int


class EntryPayload(TypedDict):
    layer: int
    code: int
    norm: float
    near: list[CodeAt]
    clips: int
    occurrences: int
    fps: float
    ratio: int
    needs_joints: str
    average: AverageMotion | None
    effect: CodeEffect | None


class Places(TypedDict):
    clip: str
    title: str
    steps: list[int]


class OccurrencesPayload(TypedDict):
    layer: int
    code: int
    seconds_per_step: float
    clips: int
    places: list[Places]


class LayerChoice(TypedDict):
    code: int
    original: int
    on: bool
    distance: float | None
    runners_up: list[CodeAt]


class WalkPlane(TypedDict):
    explained: list[float]
    residual_shares: list[float]
    latent: list[float]
    sums: list[list[float]]
    runners_up: list[list[list[float]]]


class MicroscopePayload(TypedDict):
    step: int
    seconds: float
    frames: list[int]
    energies: list[float]
    identity_error: float
    residuals: PackedArray
    codes: PackedArray
    sum: PackedArray
    choices: list[LayerChoice]
    planes: list[WalkPlane]


class Candidate(TypedDict):
    key: str
    title: str
    chosen: bool


# A dict literal, since one of its keys is a keyword.
ScoredRate = TypedDict(
    "ScoredRate", {"nominal": float, "entropy": float, "local": float, "root": float, "global": float}
)


class Scores(TypedDict):
    milliseconds: float
    points: list[ScoredRate]
    used: list[int]
    perplexity: list[float]
    tokens: list[int]


class Compared(TypedDict):
    title: str
    refusal: str
    layout: str
    features: str
    fps: float
    layers: int
    codes: int
    frames_a_token: int
    parameters: int
    bytes: int | None
    scores: Scores | None


class Comparison(TypedDict):
    clips: int
    frames: int
    fps: float
    timed_frames: int
    device: str
    contestants: list[Compared]


class ComparePayload(TypedDict):
    candidates: list[Candidate]
    most: int
    over: str
    overs: list[Choice]
    held_out_of: str
    state: JobState | None
    result: Comparison | None


class Reported(TypedDict):
    """MPJPE in mm of all layers, root-aligned: over whole clips, and as MoMask reports it; one clip has no
    interval."""

    title: str
    problem: str
    clips: int
    ours: float | None
    ours_interval: list[float] | None
    taken: int
    theirs: float | None
    confidence: float | None
    theirs_interval: list[float] | None


class ReportedPayload(TypedDict):
    state: JobState | None
    repeats: int
    fps: float
    rows: list[Reported]
