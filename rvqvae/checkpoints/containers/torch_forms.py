"""The two forms that `torch.save` has written: an archive of parts, and before 2020 one stream."""

import io
import pickletools
import zipfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

import torch

from rvqvae.checkpoints.containers.pickled_names import RefusedPickleError, Storage, StoredTensor
from rvqvae.checkpoints.containers.unpickling import MAX_BYTES, unpickle
from rvqvae.checkpoints.errors import CheckpointError

_MAGIC = 0x1950A86A20F9469CFC6C
_MAX_KEY = 40
PACKED = "found an archive of files; unpack it, and choose the file of weights that is in it"


class Part(NamedTuple):
    """Where a storage lies in the file, and the checksum of its bytes where there is one."""

    start: int
    size: int
    checksum: int | None


def read_archive(path: Path, size: int) -> tuple[object, dict[str, Part]]:
    """What an archive holds, its tensors described, and where its storages lie."""
    with zipfile.ZipFile(path) as archive, open(path, "rb") as raw:
        members = archive.infolist()
        # torch.save stores its parts as they are: an archive that unpacks to more is no such file.
        if sum(member.file_size for member in members) > size or any(m.compress_type for m in members):
            raise CheckpointError(
                path,
                "found a compressed archive, which torch.save does not write; expected the file as it was "
                "saved",
            )
        pickles = [member for member in members if member.filename.endswith("data.pkl")]
        if not pickles:
            raise CheckpointError(path, PACKED)
        if len(pickles) != 1:
            raise RefusedPickleError(f"an archive with {len(pickles)} data.pkl")
        folder = pickles[0].filename.removesuffix("data.pkl")
        if pickles[0].file_size > MAX_BYTES:
            raise RefusedPickleError(f"a list of tensors of {pickles[0].file_size} bytes")
        names = {member.filename for member in members}
        if f"{folder}byteorder" in names and archive.read(f"{folder}byteorder")[:8] != b"little":
            raise RefusedPickleError("numbers in big-endian order")
        content = unpickle(archive.read(pickles[0]), _storage)
        parts = {}
        for member in members:
            if member.filename.startswith(f"{folder}data/"):
                key = member.filename.removeprefix(f"{folder}data/")
                parts[key] = Part(_start(raw, member), member.file_size, member.CRC)
    return content, parts


def _start(raw: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin: after a header whose length the archive's directory does not say."""
    raw.seek(member.header_offset)
    header = raw.read(30)
    if header[:4] != b"PK\x03\x04":
        raise RefusedPickleError("a part's header is missing")
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    return member.header_offset + 30 + name + extra


def read_stream(path: Path) -> tuple[object, dict[str, Part]]:
    """Five pickles (a magic number, a version, the machine, the content, the keys), then the storages."""
    storages: dict[str, Storage] = {}

    def note(pid: tuple[object, ...]) -> Storage:
        storage = _storage(pid)
        return storages.setdefault(storage.key, storage)

    with open(path, "rb") as file:
        first = unpickle(_next_pickle(file), note)
        if first != _MAGIC:
            kind = "Tensor" if isinstance(first, StoredTensor) else type(first).__name__
            raise RefusedPickleError(f"a {kind}")
        unpickle(_next_pickle(file), note)
        machine = unpickle(_next_pickle(file), note)
        if not isinstance(machine, dict) or not machine.get("little_endian", True):
            raise RefusedPickleError("numbers in big-endian order")
        content, keys = unpickle(_next_pickle(file), note), unpickle(_next_pickle(file), note)
        parts: dict[str, Part] = {}
        for key in keys if isinstance(keys, list) else []:
            count = int.from_bytes(file.read(8), "little")
            storage = storages.get(str(key))
            if storage is None or storage.kind is None or count != storage.count:
                raise RefusedPickleError("its storages are not those that it lists")
            size, start = count * storage.kind.itemsize, file.tell()
            file.seek(0, io.SEEK_END)
            if start + size > file.tell():
                raise RefusedPickleError("it ends before its numbers do")
            file.seek(start + size)
            parts[str(key)] = Part(start, size, None)
    return content, parts


def _next_pickle(file: BinaryIO) -> bytes:
    """The bytes of the pickle that begins here."""
    start = file.tell()
    content = file.read(MAX_BYTES)
    for code, _, at in pickletools.genops(content):
        if code.name == "STOP" and at is not None:
            file.seek(start + at + 1)
            return content[: at + 1]
    raise RefusedPickleError("its list of tensors does not end")


def _storage(pid: tuple[object, ...]) -> Storage:
    """The storage that a persistent id names: ("storage", kind, key, device, count, window)."""
    if len(pid) not in (5, 6) or pid[0] != "storage" or type(pid[4]) is not int:
        raise RefusedPickleError("a part of the file has no name")
    if len(pid) == 6 and pid[5] is not None:
        raise RefusedPickleError("a storage that is a window on another, as PyTorch wrote before 2017")
    return Storage(str(pid[2])[:_MAX_KEY], pid[1] if isinstance(pid[1], torch.dtype) else None, pid[4])
