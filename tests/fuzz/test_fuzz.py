import random

from tests.fuzz.fuzzing import fuzz
from tests.fuzz.growth import probes
from tests.fuzz.readers import targets


def test_sound_files_open_and_damaged_ones_do_no_harm(tmp_path):
    """A few of the files of `python -m tests.fuzz`, which runs ten thousand."""
    (tmp_path / "sound").mkdir()
    rng, canary = random.Random(1), tmp_path / "executed"
    opened = 0
    for target in targets(tmp_path / "sound", canary):
        outcome = fuzz(target, 15, rng, tmp_path / "damaged", canary)
        assert outcome.wrong == {}, target.title
        assert outcome.read + outcome.refused == 15
        assert outcome.refused > 0, target.title
        opened += outcome.read
    assert opened > 0
    assert not canary.exists()


def test_every_sound_file_opens(tmp_path):
    (tmp_path / "sound").mkdir()
    hostile = {"pickled .npy", "Motion-S with code inside", "bare pickle"}
    for target in targets(tmp_path / "sound", tmp_path / "executed"):
        if target.title in hostile:
            continue
        folder = tmp_path / target.title.replace("/", " ")
        for name, content in target.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        assert target.read(folder) is not None


TEXTS = {
    "BVH",
    "motion .csv",
    "tokens .csv",
    "tokens .json",
    "submission check",
    "token sheet",
    "joint map",
    "state file",
}


def test_time_and_memory_grow_no_faster_than_the_file(tmp_path):
    """A few of the probes of `python -m tests.fuzz --growth`."""
    (tmp_path / "sound").mkdir()
    for target in targets(tmp_path / "sound", tmp_path / "executed"):
        if target.title in TEXTS:
            found = probes(target, tmp_path / "grown", (b"\n", b"{", b"[],"), (0.5, 1.0), memory=False)
            assert list(found) == []
