"""What reading motion can run into."""


class MotionFileError(ValueError):
    """A motion file that cannot be used; the message names it, what was found and what was expected."""


class SkippedClipWarning(UserWarning):
    """A clip of a corpus or folder was left out; the message names it and the reason."""
