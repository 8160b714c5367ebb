"""Files within zip archives: told by name, and unpacked one at a time, within bounds."""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from rvqvae.archives import MAX_RATIO, MAX_UNPACKED, open_member
from rvqvae.motion import MotionFileError

MOST_MEMBERS = 20_000
MOST_MEMBER_BYTES = 256 << 20
MOST_LISTED_BYTES = 16 << 20  # of an archive's list of entries: 20,000 names of 800 characters
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError),  # of an unknown kind, or a name in no known letters
)


def entries_of(path: Path) -> list[zipfile.ZipInfo]:
    """What an archive lists.

    Raises
    ------
    MotionFileError
        If it is no zip archive, or lists more than is read or than it holds.
    """
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            entries, listed = archive.infolist(), size - archive.start_dir
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise MotionFileError(path, f"found no zip archive ({str(error)[:120]}); choose a .zip") from None
    if len(entries) > MOST_MEMBERS:
        raise MotionFileError(
            path, f"found {len(entries)} entries; archives of up to {MOST_MEMBERS} are read"
        )
    if listed > MOST_LISTED_BYTES:
        raise MotionFileError(
            path,
            f"its list of entries has {listed >> 20} MB; up to {MOST_LISTED_BYTES >> 20} MB are read, so "
            "shorten their names",
        )
    if sum(entry.compress_size for entry in entries) > size:
        raise MotionFileError(
            path, "its entries overlap: they hold more than the file does; pack the files anew"
        )
    return entries


class Archives:
    """Members of archives as files, one after the other; an archive is looked into once for all of them.

    Parameters
    ----------
    folder : where a member is unpacked for as long as it is read
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._path: Path | None = None
        self._open: zipfile.ZipFile | None = None

    def __enter__(self) -> "Archives":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._close()

    @contextmanager
    def unpacked(self, path: Path, member: int) -> Iterator[Path]:
        """An archive's entry of this number as a file for the time being.

        Raises
        ------
        MotionFileError
            If it is damaged, locked, or unpacks to far more than its size.
        """
        file: Path | None = None
        try:
            archive = self._of(path)
            entry = archive.infolist()[member]
            file = self._folder / f"member{Path(entry.filename).suffix.lower()}"
            most = min(MOST_MEMBER_BYTES, max(MAX_UNPACKED, MAX_RATIO * entry.compress_size))
            if entry.file_size > most:
                raise MotionFileError(path, f"unpacks to {entry.file_size} bytes; at most {most} are read")
            _unpack(archive, entry, file)
            yield file
        finally:
            if file is not None:
                file.unlink(missing_ok=True)

    def _of(self, path: Path) -> zipfile.ZipFile:
        if self._open is None or self._path != path:
            self._close()
            try:
                self._open, self._path = zipfile.ZipFile(path), path
            except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
                raise _refusal(path, str(error)) from None
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Path) -> None:
    """Write an entry to a file: not more of it than the archive lists, whatever it unpacks to."""
    path = Path(str(archive.filename))
    if entry.flag_bits & 1:
        raise _refusal(path, "it is locked with a password; pack it without")
    try:
        with open_member(archive, entry) as packed, open(file, "wb") as out:
            shutil.copyfileobj(packed, out)
    except _DAMAGED as error:
        raise _refusal(path, str(error)) from None


def _refusal(path: Path, reason: str) -> MotionFileError:
    return MotionFileError(path, f"cannot be unpacked ({' '.join(reason.split())[:120]})")
