"""What reading motion can run into."""


class MotionFileError(ValueError):
    """A motion file that cannot be used; the message names it, what was found and what was expected."""


class NoBodyError(MotionFileError):
    """A file of joints that make no body, in any of its clips: a bone without length, or no heading."""


class SkippedClipWarning(UserWarning):
    """A clip of a corpus or folder was left out; the message names it and the reason."""
