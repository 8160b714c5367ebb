"""What a page can ask for, by name. Each takes the session and the command's values, and returns a notice."""

from app.commands import choosing, editing, jobs, keeping

COMMANDS = {
    command.__name__: command for module in (choosing, editing, keeping, jobs) for command in module.COMMANDS
}
