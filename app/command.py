"""What can be done to a visitor's work, by name; each room declares its own commands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

Run = TypeVar("Run", bound=Callable[..., str | None])
Hook = TypeVar("Hook", bound=Callable[..., None])


class Done(str):
    """A sentence that only says what was done: nothing to know, nothing to do."""

    __slots__ = ()


@dataclass(frozen=True)
class Command:
    """A command as the page calls it.

    Attributes
    ----------
    run : function(visitor, **values) that changes the visitor's work and may return a sentence
    replaceable : whether a later one says everything that an earlier waiting one said
    silent : whether it changes nothing that a sentence on the page could be about
    """

    run: Callable[..., Any]
    replaceable: bool
    silent: bool


COMMANDS: dict[str, Command] = {}
AFTER_EVERY_COMMAND: list[Callable[..., None]] = []  # of a visitor


@overload
def command(run: Run) -> Run: ...
@overload
def command(*, replaceable: bool = False, silent: bool = False) -> Callable[[Run], Run]: ...
def command(
    run: Callable[..., Any] | None = None, *, replaceable: bool = False, silent: bool = False
) -> Callable[..., Any]:
    """Make a function a command of its own name; the flags are those of `Command`."""

    def declare(run: Callable[..., Any]) -> Callable[..., Any]:
        COMMANDS[run.__name__] = Command(run, replaceable, silent)
        return run

    return declare if run is None else declare(run)


def after_every_command(hook: Hook) -> Hook:
    """Make a function(visitor) follow every command, whoever gave it, the refused ones too."""
    AFTER_EVERY_COMMAND.append(hook)
    return hook
