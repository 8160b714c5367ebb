"""A file of weights and the files around it, in a folder here or in a repository on the Hub."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from posixpath import join, normpath

# Where options and statistics lie, seen from the weights. MoMask keeps them above its folder of weights.
AROUND = ("../meta", "meta", "assets/meta", "../assets/meta", "", "..")
_BESIDE = (".npy", ".npz", ".txt", ".json")
_MOST = 10_000


@dataclass(frozen=True)
class Files:
    """What a reader may look at.

    Attributes
    ----------
    root : the folder that the names are relative to; it need not hold them yet
    names : paths of files, with slashes
    weights : which of them holds the tensors
    """

    root: Path
    names: tuple[str, ...]
    weights: str

    @property
    def path(self) -> Path:
        """Where the weights are."""
        return self.root / self.weights

    def beside(self, *wanted: str, around: Iterable[str] = AROUND) -> tuple[Path, ...] | None:
        """The files of these names, in any case, in the first folder around the weights that has them all.

        Where none has, and no folders were asked for, the only other folder that does, if there is just one.
        """
        folders = {folder: self._in(folder, wanted) for folder in self._around(around)}
        found = next((names for names in folders.values() if names), None)
        if found is None and around is AROUND:
            others = {name.rpartition("/")[0] for name in self.names} - set(folders)
            having = [names for folder in others if (names := self._in(folder, wanted))]
            found = having[0] if len(having) == 1 else None
        return None if found is None else tuple(self.root / name for name in found)

    def called(self, wanted: Iterable[str]) -> list[str]:
        """Every file of one of these names, in any case, around the weights; if there is none, anywhere."""
        lower = set(wanted)
        found = [name for name in self.names if name.rpartition("/")[2].lower() in lower]
        around = self._around(AROUND)
        return [name for name in found if name.rpartition("/")[0] in around] or found

    def _around(self, around: Iterable[str]) -> list[str]:
        here = self.weights.rpartition("/")[0]
        folders = [normpath(join(here, folder)) for folder in around]
        return ["" if folder == "." else folder for folder in folders if not folder.startswith("..")]

    def _in(self, folder: str, wanted: Iterable[str]) -> list[str] | None:
        held = {name.lower(): name for name in self.names if name.rpartition("/")[0] == folder}
        places = [join(folder, name).lower() for name in wanted]
        return [held[place] for place in places] if all(place in held for place in places) else None


def files_around(weights: Path) -> Files:
    """A file of weights on this machine, and what lies in the folders where readers look."""
    if weights.parent.name in ("", ".."):
        weights = weights.absolute()
    root, here = weights.parent.parent, weights.parent.name
    folders = sorted({normpath(join(here, folder)) for folder in AROUND})
    names = [
        normpath(join(folder, name))
        for folder in folders
        if not folder.startswith("..")
        for name in _beside_in(root / folder)
    ]
    place = normpath(join(here, weights.name))
    return Files(root, tuple(sorted({*names, place})), place)


def _beside_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            files = [entry.name for entry in entries if entry.is_file()]
    except OSError:  # no such folder, or none that may be listed
        return []
    return [name for name in files if name.lower().endswith(_BESIDE)]


def names_in(folder: Path) -> tuple[str, ...]:
    """The files in a folder and two levels below it, which is as deep as weights are looked for."""
    found = chain(folder.glob("*"), folder.glob("*/*"), folder.glob("*/*/*"))
    paths = (path.relative_to(folder).as_posix() for path in found if path.is_file())
    return tuple(sorted(islice(paths, _MOST)))
