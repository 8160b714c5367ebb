"""The lessons."""

from typing import Any, Literal, TypedDict


class LessonName(TypedDict):
    key: str
    number: int
    title: str
    minutes: int


class Term(TypedDict):
    term: str
    symbol: str
    meaning: str


# A dict literal, since one of its keys would hide the type `list`.
LessonsPayload = TypedDict(  # noqa: UP013
    "LessonsPayload", {"list": list[LessonName], "glossary": list[Term]}
)


class Source(TypedDict):
    short: str
    authors: str
    title: str
    year: int
    arxiv: str
    doi: str


class Option(TypedDict):
    key: str
    label: str


class Question(TypedDict):
    text: str
    options: list[Option]
    unit: str


class ShowPart(TypedDict):
    part: str
    tab: str
    picture: str
    layer: int | None
    step: int | None


class Action(TypedDict):
    label: str
    move: str
    value: Any


class LessonStep(TypedDict):
    text: str
    done: bool
    now: str
    show: ShowPart | None
    actions: list[Action]


class LessonRow(TypedDict):
    cells: list[str]
    share: float | None
    remark: str


class LessonTable(TypedDict):
    caption: str
    head: list[str]
    rows: list[LessonRow]


class Formula(TypedDict):
    math: str
    says: str
    gives: str


class Outcome(TypedDict):
    right: bool | None
    verdict: str
    sentences: list[str]
    tables: list[LessonTable]
    formulas: list[Formula]
    score: int | None


class SnapPicture(TypedDict):
    kind: Literal["snap"]
    codes: list[int]
    places: list[list[float]]
    point: list[float]
    open: bool


class NoLesson(TypedDict):
    open: Literal[False]


class LessonFacts(TypedDict):
    open: Literal[True]
    key: str
    number: int
    title: str
    why: str
    shows: list[str]
    sources: list[Source]


class LessonOffer(TypedDict):
    label: str
    clip: str
    checkpoint: str


class UnfitLesson(LessonFacts):
    """Says why the lesson makes no sense on the present clip and checkpoint, and offers some that do."""

    unfit: str
    offer: LessonOffer | None


class OpenLesson(LessonFacts):
    unfit: Literal[""]
    question: Question | None
    answer: str | None
    said: str
    picture: SnapPicture | None
    steps: list[LessonStep]
    outcome: Outcome | None


LessonPayload = NoLesson | OpenLesson | UnfitLesson
