"""The residual microscope."""

from app.commands.reading import whole
from app.take import StudioError


def magnify(session, step: int) -> None:
    """Put one step of the clip under the microscope."""
    step, steps = whole(step), session.workbench.tokens.shape[1]
    if not 0 <= step < steps:
        raise StudioError(f"There is no step {step}; this clip has steps 0 to {steps - 1}.")
    session.magnified_step = step


COMMANDS = (magnify,)
