"""Values of a page's commands, checked."""

from app.edits import Region
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
    if isinstance(number, bool) or not isinstance(number, int | float) or int(number) != number:
        raise StudioError(f"{number!r} is not a whole number.")
    return int(number)
