"""What the page is made of, and what can be chosen on it."""

from typing import Any, Literal, TypedDict

from app.payloads.packed import PackedArray


class Tab(TypedDict):
    """A tab of the laboratory; its module is widgets/NAME/NAME.js. `refused` says why it has nothing for
    this clip, and is "" where it has."""

    name: str
    label: str
    question: str
    refused: str


class CommandKinds(TypedDict):
    """Names of commands: a later one replaces a waiting earlier one; one that no sentence could be about."""

    replaceable: list[str]
    silent: list[str]


class PagePayload(TypedDict):
    """What the page is made of; sent again where other tabs are refused."""

    tabs: list[Tab]
    commands: CommandKinds


class ClipCard(TypedDict):
    key: str
    title: str
    seconds: float | None
    width: int
    trained: bool | None
    own: bool


class RowCard(TypedDict):
    key: str
    title: str
    seconds: float


class CheckpointCard(TypedDict):
    key: str
    title: str
    own: bool


class LibraryPayload(TypedDict):
    clips: list[ClipCard]
    table_rows: list[RowCard]
    checkpoints: list[CheckpointCard]
    device: str
    paths_allowed: bool


class Resume(TypedDict):
    """Enough for another server to take up the work; of its edits the page has the first `kept`."""

    state: dict[str, Any]
    kept: int
    edits: list[dict[str, Any]]
    panels: list[str]
    then: list[dict[str, Any]]


class SessionPayload(TypedDict):
    clip: str
    checkpoint: str
    resume: Resume


class OwnFilesPayload(TypedDict):
    """The visitor's own files: kept in the browser and given back with `Resume`; a sentence where that is
    too much."""

    files: dict[str, Any]
    too_large: str


class CheckpointPayload(TypedDict):
    key: str
    title: str
    licence: str
    num_quantizers: int
    num_embeddings: int
    own: bool
    remarks: list[str]
    order: PackedArray


class ChannelGroup(TypedDict):
    title: str
    first: int
    stop: int


class ClipFacts(TypedDict):
    key: str
    title: str
    trained: bool | None
    own: bool
    recorded: bool
    reference: str
    source: str
    licence: str
    fps: float
    frames: int
    seconds: float
    width: int
    ratio: int
    steps: int
    tokens: PackedArray


class JointGroup(TypedDict):
    title: str
    joints: list[int]


class Skeleton(TypedDict):
    """`facing` is right hip, left hip, right shoulder, left shoulder; `mannequin` says whether the first
    joints are HumanML3D's 22, `described` whether it was found or described, and not known by its layout."""

    parents: list[int]
    facing: list[int] | None
    mannequin: bool
    described: bool
    limbs: list[JointGroup]
    close_ups: list[JointGroup]


class JointsClip(ClipFacts):
    parts: Literal["joints"]
    joint_names: list[str]
    skeleton: Skeleton
    joints: PackedArray


class ChannelsClip(ClipFacts):
    parts: Literal["channels"]
    channel_names: list[str]
    groups: list[ChannelGroup]
    channels: PackedArray
    mean: PackedArray
    std: PackedArray
    shown_as_channels: str


ClipPayload = JointsClip | ChannelsClip


class MappedJoint(TypedDict):
    joint: str
    source: str | None
    by_name: str | None
    needed: bool


class NoSkeleton(TypedDict):
    number: int
    file: Literal[""]


class MappedSkeleton(TypedDict):
    number: int
    file: str
    clip: str | None
    names: list[str]
    joints: list[MappedJoint]
    words: str
    by_shape: bool


SkeletonPayload = NoSkeleton | MappedSkeleton
