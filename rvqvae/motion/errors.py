"""What reading motion can run into."""

from rvqvae.errors import FileError


class MotionFileError(FileError):
    """A motion file, or a clip of one, that cannot be used."""


class NoBodyError(MotionFileError):
    """A file of joints that make no body, in any of its clips: a bone without length, or no heading."""


class UnknownJointsError(MotionFileError):
    """A file of joints of which it is not known which of a body they are."""


class SkippedClipWarning(UserWarning):
    """A clip of a corpus or folder was left out; the message names it and the reason."""
