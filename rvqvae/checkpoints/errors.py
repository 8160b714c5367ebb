"""What opening a checkpoint can run into."""

from rvqvae.errors import FileError


class CheckpointError(FileError):
    """A checkpoint that cannot be used; the reason says what was found and what was expected."""
