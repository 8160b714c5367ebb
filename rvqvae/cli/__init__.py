"""One file a command: `add` describes its arguments, `run` does the work and imports what is heavy."""
