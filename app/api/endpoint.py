"""What makes a function an endpoint: its name, its queue, and refusals that travel to the caller."""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, overload

import gradio as gr

from app import limits
from app.api.opened import Opened
from app.catalog.library import Library
from app.errors import StudioError
from app.jobs import still_wanted

LONGEST = 2_000  # characters of a refusal

log = logging.getLogger(__name__)

Run = TypeVar("Run", bound=Callable[..., Any])


@dataclass(frozen=True)
class Server:
    """What endpoints work on.

    Attributes
    ----------
    uploads : where Gradio puts what callers send
    opened : checkpoints that callers opened
    has_left : whether a caller, by name, waits no more
    """

    library: Library
    uploads: Path
    opened: Opened
    has_left: Callable[[str], bool] = lambda caller: False


@dataclass(frozen=True)
class Endpoint:
    """A function that programs call by its name.

    Attributes
    ----------
    long : whether it takes long, so that only one of its kind runs at a time
    """

    run: Callable[..., Any]
    long: bool


ENDPOINTS: list[Endpoint] = []
serving: ContextVar[Server] = ContextVar("serving")


@overload
def endpoint(run: Run) -> Run: ...
@overload
def endpoint(*, long: bool = False) -> Callable[[Run], Run]: ...
def endpoint(run: Callable[..., Any] | None = None, *, long: bool = False) -> Callable[..., Any]:
    """Make a function an endpoint of its own name. Its first parameter is Gradio's request."""

    def declare(run: Callable[..., Any]) -> Callable[..., Any]:
        ENDPOINTS.append(Endpoint(run, long))
        return run

    return declare if run is None else declare(run)


def served(run: Callable[..., Any], server: Server) -> Callable[..., Any]:
    """An endpoint's function over a server; its refusals are errors that travel to the caller."""

    @wraps(run)
    def answer(*arguments: Any) -> Any:
        token = serving.set(server)
        wanted = still_wanted.set(_while_wanted(server, arguments))
        try:
            return run(*arguments)
        except ValueError as error:
            raise gr.Error(str(error)[:LONGEST], print_exception=False) from error
        except (TypeError, KeyError, AttributeError, OverflowError) as error:
            raise gr.Error(
                f"The arguments cannot be read ({str(error)[:200]}).", print_exception=False
            ) from error
        except gr.Error:
            raise
        except Exception as error:
            log.exception("an endpoint failed")
            raise gr.Error("The server could not do that.", print_exception=False) from error
        finally:
            serving.reset(token)
            still_wanted.reset(wanted)

    return answer


def _while_wanted(server: Server, arguments: tuple[Any, ...]) -> Callable[[], None]:
    """What raises once the caller has left, or the work has taken all the time that there is for it."""
    caller = getattr(arguments[0], "session_hash", None) if arguments else None
    deadline = time.monotonic() + limits.JOB_SECONDS

    def check() -> None:
        if caller and server.has_left(caller):
            raise StudioError("Whoever asked for this has left.")
        if time.monotonic() > deadline:
            raise StudioError(f"This took longer than {limits.JOB_SECONDS} seconds, and was given up.")

    return check


def go_on(share: float = 0.0, words: str = "") -> None:
    """Called by an endpoint's own long work as it goes; raises where it is no longer wanted."""
    wanted = still_wanted.get()
    if wanted is not None:
        wanted()
