"""What a page can ask for, by name. Each takes the session and the command's values, and returns a notice."""

from app.commands import (
    checkpoints,
    choosing,
    compare,
    dictionary,
    doctor,
    editing,
    exports,
    figures,
    jobs,
    joints,
    keeping,
    lab,
    lessons,
    microscope,
    tables,
)

MODULES = (
    choosing,
    joints,
    editing,
    keeping,
    exports,
    jobs,
    checkpoints,
    doctor,
    dictionary,
    microscope,
    compare,
    lab,
    figures,
    lessons,
    tables,
)

COMMANDS = {command.__name__: command for module in MODULES for command in module.COMMANDS}
