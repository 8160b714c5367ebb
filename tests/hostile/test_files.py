"""Small files made to fill memory or take for ever: the server refuses them and others notice nothing."""

import base64
import io
import json
import struct
import time
import zipfile
import zlib

import numpy as np
import pytest
import torch
from numpy._core.multiarray import scalar

from tests.checkpoints.formats.original_motion_s import Original
from tests.checkpoints.test_hostile import Calls, nested, shared_codebooks

MOST_SECONDS = 30
MOST_MEGABYTES = 300
# Seconds that another visitor's edits may take longer than just before and after, the median and the longest,
# where one takes a few milliseconds. A machine that is busy with others takes longer for each, and for single
# ones much longer: there so many times what an edit takes are added.
MOST_TYPICAL, MOST_WAIT = 0.05, 1.0
TIMES_TYPICAL, TIMES_WAIT = 1, 20
MILLION = 1_000_000


def saved(value):
    out = io.BytesIO()
    torch.save(value, out)
    return out.getvalue()


def link(value):
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode(), 9)).decode()


def array(values):
    out = io.BytesIO()
    np.save(out, values)
    return out.getvalue()


def directory(entries):
    """An archive whose directory lists so many files, of which there is none."""
    entry = b"PK\x01\x02" + struct.pack("<4B4H3L5H2L", 20, 3, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, entries * len(entry), 0, 0)
    return entry * entries + end


def quick(watch):
    """Whether the server did what was asked in time, in little memory, and without others waiting."""
    assert not watch.failed
    assert watch.seconds < MOST_SECONDS
    assert watch.grown < MOST_MEGABYTES
    assert watch.typical < MOST_TYPICAL + TIMES_TYPICAL * watch.usual
    assert watch.longest < MOST_WAIT + TIMES_WAIT * watch.usual


CHECKPOINTS = {
    "rooms": lambda: saved({"config": [Calls(bytearray, 1 << 30)] * 4}),
    "wide scalar": lambda: saved({"config": Calls(scalar, __import__("numpy").dtype("V1500000000"), b"")}),
    "nested configuration": lambda: saved(
        {"model_state_dict": Original().state_dict(), "config": {"latent_dim": nested(25)}}
    ),
    "shared codebooks": lambda: saved(shared_codebooks(256)),
}


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_checkpoint_made_to_fill_memory_is_refused(stranger, watch, name):
    content = CHECKPOINTS[name]()
    with watch:
        said = stranger.open_checkpoint((f"{name}.pth", content))
    assert "The Doctor tab" in said
    assert len(said) < 1_500
    assert "/" not in said.split(":")[0]
    quick(watch)


ROW = b"id,base_tokens\na,1 2 3\n"
WORKSPACE = b'{"kind": "rvq-motion-studio-workspace", "version": 1, "clips": {}, "states": [], '
UNPACKS = {
    **{"key": "table-1", "title": "a", "suffix": ".csv", "edited": {}, "mended": []},
    "content": base64.b64encode(zlib.compress(bytes(200 * MILLION), 9)).decode(),
}
BVH = b"HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n}\nMOTION\nFrames: 1\nFrame Time: 0.1\n"
FILES = {
    "empty lines.csv": lambda: ROW + b"\n" * (4 * MILLION),
    "fields.csv": lambda: b"id,base_tokens\n" + b"," * (20 * MILLION),
    "braces.bvh": lambda: b"{" * (20 * MILLION),
    "lines.bvh": lambda: BVH + b"\n" * (20 * MILLION),
    "words.bvh": lambda: BVH + b"1 " * (10 * MILLION),
    "lists.json": lambda: b"[" + b"[]," * (7 * MILLION) + b"[]]",
    "deep.json": lambda: b"[" * (10 * MILLION),
    "workspace.json": lambda: WORKSPACE + b'"x": [' + b"[]," * (3 * MILLION) + b"[]]}",
    "tables.json": lambda: WORKSPACE + b'"tables": ' + json.dumps([UNPACKS] * 8).encode() + b"}",
    "directory.npz": lambda: directory(200_000),
    "infinite.npy": lambda: array(np.full((400, 263), 3e38, np.float32)),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_to_take_for_ever_is_refused_or_read_in_time(stranger, watch, name):
    content = FILES[name]()
    with watch:
        said = stranger.open(name, content)
    assert said != ""
    assert len(said) < 600
    quick(watch)


def test_a_link_unpacks_to_no_more_than_a_megabyte(stranger, watch):
    text = link([[]] * (8 * MILLION))
    assert len(text) < 100_000
    with watch:
        said = stranger.say("open_link", text=text)
    assert "was not made by this page" in said
    quick(watch)


def test_a_table_that_is_slow_to_read_holds_up_neither_its_session_nor_others(stranger, watch):
    """Tiny requests of the same session are told that it is busy, and take nobody's thread."""
    from threading import Thread

    from tests.hostile.strangers import Stranger

    stranger.say("look")
    place = stranger.upload("lists.json", FILES["lists.json"]())
    tiny = [Stranger(stranger.address) for _ in range(40)]
    answers = []

    def ask(one):
        one.session, one.number = stranger.session, 100
        answers.append(one.send({"name": "look"})[0])

    with watch:
        slow = Thread(target=stranger.say, args=("open_file",), kwargs={"path": place, "file_name": "a.json"})
        slow.start()
        threads = [Thread(target=ask, args=(one,)) for one in tiny]
        for thread in threads:
            thread.start()
        for thread in (*threads, slow):
            thread.join()
    assert set(answers) <= {200, 409}
    assert 409 in answers
    quick(watch)


def test_an_archive_of_many_clips_holds_nobody_up(stranger, watch):
    """Thousands of tiny clips, most of which do not fit, are measured in the background."""
    fits, wrong = (array(np.ones((8, width), np.float32)) for width in (263, 5))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as out:
        for number in range(6_000):
            out.writestr(f"{number}.npy", wrong if number % 3 else fits)
    place = stranger.upload("many.zip", content.getvalue())
    with watch:
        stranger.say("show_panel", panel="many")
        assert stranger.say("measure_files", files=[{"path": place, "file_name": "many.zip"}]) == ""
        time.sleep(3)
        assert stranger.say("cancel", job="many") == ""
    quick(watch)
