"""The shape of a lesson: a question, one thing to do, and what settles it.

All texts and numbers are made here, in Python, from the visitor; the browser only lays them out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.lessons.sources import Source


@dataclass(frozen=True)
class Option:
    """An answer to choose from."""

    key: str
    label: str


@dataclass(frozen=True)
class Question:
    """What a learner commits to before anything is revealed.

    Attributes
    ----------
    options : answers to choose from; with none a whole number is asked for
    unit : what that number counts
    """

    text: str
    options: tuple[Option, ...] = ()
    unit: str = ""

    def takes(self, answer: str) -> bool:
        """Whether this is an answer to it."""
        if not self.options:
            return answer.isdecimal() and len(answer) < 10
        return any(answer == option.key for option in self.options)

    def words(self, answer: str) -> str:
        """The answer as it was given."""
        labels = {option.key: option.label for option in self.options}
        return labels.get(answer) or f"{int(answer)} {self.unit}"


@dataclass(frozen=True)
class Show:
    """Where in the studio something is.

    Attributes
    ----------
    part : "player", "tokens", "trajectories", "errors", "readout", "header" or "lab"
    tab : of the laboratory, to be opened
    picture : above the tokens, to be shown
    layer, step : 0-based cell to select, or a step alone to move to
    """

    part: str
    tab: str = ""
    picture: str = ""
    layer: int | None = None
    step: int | None = None


@dataclass(frozen=True)
class Action:
    """A button that makes one of the lesson's own moves."""

    label: str
    move: str
    value: Any = None


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Attributes
    ----------
    done : whether the visitor shows that it was done
    now : how it stands, in words
    """

    text: str
    done: bool
    now: str = ""
    show: Show | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of a table: texts, a bar's length from 0 to 1 if it has one, and a remark."""

    cells: tuple[str, ...]
    share: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class Table:
    """Numbers that settle the question; the first column names the rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Formula:
    """An equation in MathML, what it says, and the live number that it gives here."""

    math: str
    says: str
    gives: str = ""


@dataclass(frozen=True)
class Outcome:
    """What settles the question.

    Attributes
    ----------
    right : whether the answer was; None where there was no question
    verdict : said to the learner first
    score : points that are worth a link to show others; None where there are none to have
    """

    right: bool | None
    verdict: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    formulas: tuple[Formula, ...] = ()
    score: int | None = None


@dataclass(frozen=True)
class Unfit:
    """Why the open clip or checkpoint cannot show a lesson's point, and what can.

    Attributes
    ----------
    reason : a sentence
    clip, checkpoint : keys of a pair that can, both "" where none is known
    """

    reason: str
    clip: str = ""
    checkpoint: str = ""


@dataclass(frozen=True)
class Lesson:
    """A lesson. Its functions take the visitor, whose `visit` says how far the learner is.

    Attributes
    ----------
    number : place among the lessons; 0 for the challenge, which comes last
    why : what it is about, before the question
    shows : parts of the studio that it uses; the others can be hidden (see `Show.part`)
    question : None where there is nothing to commit to
    layers_needed : residual layers without which it makes no sense
    steps : what to do once the question is answered
    outcome : asked for when all steps are done
    moves : name to function(session, value) of what a learner does in the lesson itself. It refuses bad
        values with a StudioError; accepted moves are kept in `visit.moves`
    picture : the drawing that is the lesson's own: {"kind": a module of app/widgets/lessons, …}, if any
    leave : puts back what the lesson changed in the studio
    lacks : encoded clip to what it lacks for the lesson's point, a clause; "" where it can show it
    note : what the lesson keeps of the studio as it was at the answer, in `visit.before`
    """

    number: int
    title: str
    minutes: int
    why: str
    shows: tuple[str, ...]
    steps: Callable[[Any], tuple[Step, ...]]
    outcome: Callable[[Any], Outcome]
    question: Callable[[Any], Question] | None = None
    layers_needed: int = 1
    sources: tuple[Source, ...] = ()
    moves: Mapping[str, Callable[[Any, Any], None]] = field(default_factory=dict)
    picture: Callable[[Any], dict[str, Any]] | None = None
    leave: Callable[[Any], None] | None = None
    lacks: Callable[[Any], str] | None = None
    note: Callable[[Any], Any] | None = None

    @property
    def key(self) -> str:
        """Its name in links: the number, or "challenge"."""
        return str(self.number) if self.number else "challenge"
