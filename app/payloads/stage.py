"""The views of the first page."""

from typing import Literal, NotRequired, TypedDict

from app.payloads.packed import Alignment, JobState, PackedArray


class TokensPayload(TypedDict):
    codes: PackedArray
    layers: list[bool]
    off: Literal["nothing", "average"]
    bits_per_step: float
    steps_per_second: float
    bits_per_second: float


# A dict literal, since one of its keys is a keyword.
Tail = TypedDict("Tail", {"turn": float, "from": list[float], "to": list[float]})


class ReconstructionFacts(TypedDict):
    frames: list[int]
    mean_error: float
    unit: str
    alignment: Alignment
    fps: float


class JointsReconstruction(ReconstructionFacts):
    joints: PackedArray
    tail: Tail | None
    error_frames: list[int]
    errors: PackedArray
    joint_mm: list[float]


class ChannelsReconstruction(ReconstructionFacts):
    channels: PackedArray
    channel_errors: PackedArray
    group_errors: list[float]


ReconstructionPayload = JointsReconstruction | ChannelsReconstruction


class NoB(TypedDict):
    words: Literal[""]


class JointsB(TypedDict):
    words: str
    frames: list[int]
    joints: PackedArray
    tail: Tail | None
    joint_mm: list[float]
    mean_error: float


class ChannelsB(TypedDict):
    words: str
    frames: list[int]
    channels: PackedArray
    channel_errors: PackedArray
    group_errors: list[float]
    mean_error: float


ComparedPayload = NoB | JointsB | ChannelsB


class DoneEdit(TypedDict):
    kind: str
    words: str
    repair: bool


class EditsPayload(TypedDict):
    """All edits but the first `kept`, which the page has already."""

    kept: int
    edits: list[DoneEdit]
    can_undo: bool
    can_redo: bool
    both: bool


class CodeAt(TypedDict):
    code: int
    distance: float


class NoCell(TypedDict):
    layer: None


class Cell(TypedDict):
    layer: int
    step: int
    code: int
    original: int
    distance: float | None
    residual: float
    next: list[CodeAt]


CellPayload = NoCell | Cell


class NoEdit(TypedDict):
    words: Literal[""]


class NothingMoved(TypedDict):
    words: str
    frames: None


class JointsMoved(TypedDict):
    words: str
    frames: list[int]
    pose_mm: PackedArray
    pose_max_mm: float
    pose_max_joint: int
    pose_max_frame: int
    path_mm: PackedArray
    path_end_mm: float
    turn_end_degrees: float


class ChannelsMoved(TypedDict):
    words: str
    frames: list[int]
    moved: PackedArray
    moved_max: float
    moved_max_raw: float
    moved_max_channel: int
    moved_max_frame: int


EditEffectPayload = NoEdit | NothingMoved | JointsMoved | ChannelsMoved


class FootSlides(TypedDict):
    original: list[float | None]
    made: list[float | None]
    b: NotRequired[list[float | None]]


class FeetPayload(TypedDict, total=False):
    """Empty where there are no joints."""

    joints: list[str]
    standing: PackedArray
    standing_made: PackedArray
    standing_b: PackedArray | None
    agreement: float
    slide_mm_s: FootSlides


class GroupErrors(TypedDict):
    """`weight` is that of each of its joints in the weighted error, as the visitor says."""

    title: str
    errors: list[float]
    joints: int
    weight: float


class LadderPayload(TypedDict):
    """`groups` of a skeleton with hands or a face, empty for others; `weighted` where a weight is not 1."""

    errors: list[float]
    groups: list[GroupErrors]
    weighted: list[float]
    unit: str
    alignment: Alignment


class SweepPayload(TypedDict):
    """Joints after the first 1, 2, … layers, and their errors; none of long clips, or without joints."""

    bodies: list[PackedArray]
    errors: list[float]


class LatentPayload(TypedDict):
    steps: int
    first: int
    latent: PackedArray
    bones: list[list[int]]
    decoded_from: list[list[int]]


class PipelinePayload(TypedDict):
    steps: int
    first: int
    walk: PackedArray
    length: PackedArray
    added: PackedArray


class JobNews(TypedDict):
    state: JobState
    share: float
    words: str
    order: int | str | None


class JobsPayload(TypedDict):
    jobs: dict[str, JobNews]
