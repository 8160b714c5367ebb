"""How far a learner is in a lesson: the answer given, and what was seen and done since."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from app.errors import StudioError
from app.visitor import Visitor
from app.workbench.edits import Edit
from app.workbench.workbench import Workbench

Thing = TypeVar("Thing")

MOST = 400  # sights, and moves, that are kept


@dataclass(frozen=True)
class Sight:
    """What the studio showed at a moment: layers that were on, the edits, and the selected cell."""

    layers: tuple[bool, ...]
    edits: tuple[Edit, ...]
    cell: tuple[int, int] | None = None


@dataclass(frozen=True)
class Visit:
    """A learner in a lesson.

    Attributes
    ----------
    lesson : its key
    answer : as given, None before
    sights : what the workbench showed since the answer, oldest first, on the clip it shows now. The first
        one is how it stood then, which is nothing that was done
    before : what the lesson itself noted of the studio at the answer
    moves : (name, value) of what was done in the lesson itself
    about : clip and checkpoint of the sights
    """

    lesson: str
    answer: str | None = None
    sights: tuple[Sight, ...] = ()
    moves: tuple[tuple[str, Any], ...] = ()
    about: tuple[str, str] | None = None
    before: Any = None

    def answered(self, answer: str, before: Any = None) -> "Visit":
        """The same learner, committed to an answer; from now on what is seen counts."""
        return replace(self, answer=answer, sights=(), before=before)

    def after(self, bench: Workbench, cell: tuple[int, int] | None) -> "Visit":
        """The same learner having seen what the studio shows now; before the answer nothing counts."""
        if self.answer is None:
            return self
        sight = Sight(bench.layers, bench.version.edits, cell)
        about = (bench.encoded.clip.key, bench.encoded.checkpoint_key)
        seen = self.sights if about == self.about else ()
        if seen and seen[-1] == sight:
            return self
        return replace(self, sights=(*seen[:1], *(*seen[1:], sight)[-MOST:]), about=about)

    def moved(self, move: str, value: Any) -> "Visit":
        """The same learner having made a move of the lesson's own."""
        return replace(self, moves=(*self.moves, (move, value))[-MOST:])

    def made(self, move: str) -> tuple[Any, ...]:
        """Values of all moves of a kind, oldest first."""
        return tuple(value for name, value in self.moves if name == move)

    def seen(self, layers: tuple[bool, ...]) -> bool:
        """Whether exactly these layers were switched on since the answer."""
        return any(sight.layers == layers for sight in self.sights[1:])

    def looked_at(self, layer: int) -> tuple[int, int] | None:
        """The cell of a layer (from 0) that was selected last, at the answer or since."""
        cells = (sight.cell for sight in reversed(self.sights))
        return next((cell for cell in cells if cell is not None and cell[0] == layer), None)


@dataclass
class Learner:
    """The lesson that a visitor is in, if one is open."""

    visit: Visit | None = None


def needed(value: Thing | None) -> Thing:
    """What an outcome tells of, which is asked for only once the steps that give it are done.

    Raises
    ------
    StudioError
        If it is not there.
    """
    if value is None:
        raise StudioError("This lesson's steps are not done yet.")
    return value


def visit_of(visitor: Visitor) -> Visit:
    """How far a visitor is in the lesson that is open.

    Raises
    ------
    StudioError
        If none is.
    """
    visit = visitor.room(Learner).visit
    if visit is None:
        raise StudioError("No lesson is open; choose one under Lessons.")
    return visit
