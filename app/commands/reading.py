"""Values of a page's commands, checked."""

from pathlib import Path

from app.region import Region
from app.take import StudioError


def block(bounds: list[int]) -> Region:
    """A block of cells: first and last layer, first and last step."""
    return Region(*(whole(bound) for bound in bounds))


def whole(number) -> int:
    """A whole number, however JSON wrote it.

    Raises
    ------
    StudioError
        If it is anything else.
    """
    if isinstance(number, bool) or not isinstance(number, int | float) or number % 1:
        raise StudioError(f"{number!r} is not a whole number.")
    return int(number)


def uploaded(session, path: str) -> Path:
    """A file that this page's visitor has uploaded.

    Raises
    ------
    StudioError
        If it lies anywhere else on the server.
    """
    real = Path(str(path)).resolve()
    if not real.is_relative_to(session.uploads_folder.resolve()) or not real.is_file():
        raise StudioError("That file was not uploaded from this page; choose it with the upload button.")
    return real
