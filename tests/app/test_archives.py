"""Archives of clips that were made to harm: each member costs itself alone, and none the server."""

import struct
import zipfile

import pytest

from rvqvae.bulk.sources import archive_sources, read_part
from rvqvae.motion import MotionFileError
from tests.app.test_many import measure, opened
from tests.support.paths import CLIPS


@pytest.fixture
def page(visitor):
    return opened(visitor)


def told_otherwise(content, name, *, size=None, flags=0, method=None):
    """An archive whose entry of this name says of itself what is not so, in both of its heads."""
    changed = bytearray(content)
    entry = content.index(name, content.index(b"PK\x01\x02")) - 46
    for head in (content.index(name) - 30, entry):
        at = head + (6 if head < entry else 8)
        (before,) = struct.unpack_from("<H", content, at)
        struct.pack_into("<H", changed, at, before | flags)
        if method is not None:
            struct.pack_into("<H", changed, at + 2, method)
        if size is not None:
            struct.pack_into("<I", changed, at + 16, size)
    return bytes(changed)


def test_members_made_to_harm_cost_only_themselves(page, tmp_path):
    """Too large, of lying size, locked, of unknown compression, damaged, misnamed, a link, an archive."""
    kick = (CLIPS / "kick.npy").read_bytes()
    link = zipfile.ZipInfo("link.npy")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("bomb.npy", bytes(100 << 20))
        out.writestr("lzma.npy", bytes(8 << 20), zipfile.ZIP_LZMA)
        out.writestr("hurt.npy", kick)
        out.writestr("bzip.npy", bytes(1 << 20), zipfile.ZIP_BZIP2)
        out.writestr("lock.npy", kick)
        out.writestr("df64.npy", kick)
        out.writestr("utf8.npy", kick)
        out.writestr(link, "/etc/hostname")
        out.writestr("again.zip", kick)
        out.writestr("/etc/\u202e" + "n" * 60_000 + ".npy", kick)
        out.writestr("a\0b.npy", kick)
    content = (tmp_path / "bad.zip").read_bytes()
    content = told_otherwise(content, b"lzma.npy", size=1_000)
    content = told_otherwise(content, b"lock.npy", flags=1)
    content = told_otherwise(content, b"df64.npy", method=9)
    content = told_otherwise(content, b"utf8.npy", flags=0x800)
    content = content.replace(b"utf8.npy", b"\xfftf8.npy"[:8], 1)  # its own head, not the list of entries
    hurt = content.index(b"hurt.npy") + 40
    (tmp_path / "bad.zip").write_bytes(content[:hurt] + bytes(30) + content[hurt + 30 :])
    view = measure(page, (tmp_path / "bad.zip", "bad.zip"))
    reasons = {one["name"].partition("/")[2]: one["reason"] for one in view["failures"]}
    assert "unpacks to 104857600 bytes" in reasons.pop("bomb.npy")
    assert "locked with a password" in reasons.pop("lock.npy")
    assert "no NumPy array" in reasons.pop("link.npy")
    assert all(reason.startswith("cannot be unpacked") for reason in reasons.values())
    for name, method in (("lzma", "lzma"), ("bzip", "bzip2"), ("df64", "method 9")):
        assert f"it is packed by {method}; pack it as usual, by deflate" in reasons[f"{name}.npy"]
    assert sorted(reasons) == ["bzip.npy", "df64.npy", "hurt.npy", "lzma.npy", "utf8.npy"]
    assert view["clips"] == 1  # the long name; the other ends at its NUL, and is of no kind then
    assert not any("\u202e" in row["name"] for row in view["rows"])


def overlapping(out):
    """Hundreds of entries that are all the same bytes."""
    out.writestr("a.npy", bytes(30 << 20), zipfile.ZIP_DEFLATED)
    out.filelist *= 500


def named_at_length(out):
    for number in range(300):
        out.writestr(f"{number}{'n' * 60_000}.npy", "")


@pytest.mark.parametrize(
    ("fill", "words"), [(overlapping, "entries overlap"), (named_at_length, "list of entries has 17 MB")]
)
def test_archives_that_would_take_for_ever_are_told_at_once(tmp_path, fill, words):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        fill(out)
    with pytest.raises(MotionFileError, match=words):
        archive_sources(tmp_path / "a.zip", "a.zip")


def test_an_archive_is_looked_into_once_for_all_clips_of_a_part(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        for number in range(40):
            out.write(CLIPS / "kick.npy", f"{number}.npy")
    sources, opened = archive_sources(tmp_path / "a.zip", "a.zip"), []
    before = zipfile.ZipFile._RealGetContents
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda one: opened.append(one) or before(one))
    part = read_part(sources, (0, 0), width=263, layout="humanml3d", most_frames=10_000_000, folder=tmp_path)
    assert (len(part.clips), len(opened)) == (40, 1)
