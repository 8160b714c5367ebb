"""The dictionary's payloads against the library."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from app.lab.dictionary import LookedUp, reading
from app.lab.dictionary_entry import (
    AROUND,
    MOST_OCCURRENCES,
    REACH,
    decoding_context,
    occurrences_at_once,
)
from app.payloads.arrays import unpack
from app.workbench.edits import SetCode
from app.workbench.region import Region
from rvqvae.evaluation.metrics import code_counts
from rvqvae.statistics import average_motion, code_effect, nearest_codes, occurrences, principal_plane
from tests.app.page import send

PATIENCE = 60


def look_up(layer, code):
    return {"name": "look_up", "layer": layer, "code": code}


@pytest.fixture
def views(connection):
    """Everything the panel has been sent so far, kept up to date by `see`."""
    seen = {}

    def see(*commands):
        seen.update(send(connection, *commands)["views"])
        return seen

    see({"name": "show_panel", "panel": "dictionary"})
    see.seen = seen
    return see


@pytest.fixture
def read(connection, views):
    """The same, with all clips read."""
    views({"name": "read_clips"})
    deadline = time.monotonic() + PATIENCE
    while views({"name": "look"})["dictionary"]["reading"] == "open":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert views.seen["dictionary"]["reading"] == "done"
    return views


@pytest.fixture
def corpus(connection, library):
    clips = list(library.clips.values())
    return clips, [library.encoded(clip, "first").tokens for clip in clips]


def test_it_opens_with_the_clips_most_frequent_code(connection, views):
    entry, tokens = views()["entry"], connection.visitor.workbench.encoded.tokens
    assert (entry["layer"], entry["code"]) == (0, int(np.bincount(tokens[0]).argmax()))
    assert entry["average"] is None
    assert entry["effect"] is None
    assert views.seen["dictionary"]["reading"] == "not yet"


def test_the_map_is_the_codebooks_principal_plane(connection, views):
    shown = views(look_up(2, 5))["dictionary"]
    encoded = connection.visitor.workbench.encoded
    codes = encoded.codebook(2).T.numpy()
    plane = principal_plane(codes)
    np.testing.assert_allclose(unpack(shown["points"]), plane.project(codes), rtol=1e-5, atol=1e-6)
    assert shown["explained"] == plane.explained.tolist()
    np.testing.assert_array_equal(unpack(shown["counts"]), encoded.checkpoint.usage[2])
    assert shown["counted_over"] == "data set"


def test_where_the_data_sets_use_is_not_known_the_clips_are_counted(connection, read, library):
    read({"name": "choose_checkpoint", "checkpoint": "second"})
    encoded = connection.visitor.workbench.encoded
    shown = read(look_up(1, 3))["dictionary"]
    assert (shown["counted_over"], shown["clips"], shown["reading"]) == ("clips", 1, "not yet")
    np.testing.assert_array_equal(unpack(shown["counts"]), code_counts(encoded.tokens, encoded.num_codes)[1])


def test_nearest_codes_and_places_are_the_librarys(connection, read, corpus):
    clips, tokens = corpus
    code = int(tokens[0][1, 2])
    seen = read(look_up(1, code))
    codebook = connection.visitor.workbench.encoded.codebook(1).numpy()
    near = nearest_codes(codebook, codebook[:, code], 8, except_for=code)
    assert [one["code"] for one in seen["entry"]["near"]] == [one.code for one in near]
    assert [one["distance"] for one in seen["entry"]["near"]] == [one.distance for one in near]
    found = {(clips[one.clip].key, one.step) for one in occurrences(tokens, 1, code)}
    shown = seen["occurrences"]["places"]
    assert {(place["clip"], step) for place in shown for step in place["steps"]} == found
    assert shown[0]["clip"] == connection.visitor.workbench.encoded.clip.key
    assert seen["entry"]["occurrences"] == len(found)


def test_motion_and_effect_are_the_librarys(connection, read, corpus):
    clips, tokens = corpus
    code = int(tokens[3][0, 4])
    entry = read(look_up(0, code))["entry"]
    found = occurrences(tokens, 0, code)
    average = average_motion([clip.features for clip in clips], found, ratio=4, reach=AROUND)
    np.testing.assert_allclose(unpack(entry["average"]["joints"]), average.joints, atol=5e-4)
    assert entry["average"]["spread_mm"] == pytest.approx(average.spread_mm)
    checkpoint = connection.visitor.workbench.encoded.checkpoint
    effect = code_effect(checkpoint, tokens, found, 0, code, reach=REACH)
    np.testing.assert_allclose(entry["effect"]["joint_mm"], effect.joint_mm, rtol=1e-4)
    assert entry["effect"]["decoded"] == effect.decoded
    json.dumps(read.seen, allow_nan=False)


def test_a_code_that_occurs_nowhere_has_an_effect_and_no_motion(connection, read, corpus):
    used = set(np.concatenate(corpus[1], axis=1)[0].tolist())
    code = next(code for code in range(64) if code not in used)
    entry = read(look_up(0, code))["entry"]
    assert entry["average"] is None
    assert (entry["effect"]["decoded"], entry["occurrences"]) == (0, 0)
    effect = code_effect(connection.visitor.workbench.encoded.checkpoint, corpus[1], [], 0, code, reach=REACH)
    np.testing.assert_allclose(entry["effect"]["joint_mm"], effect.joint_mm, rtol=1e-4, atol=1e-4)


def test_while_the_other_clips_are_not_read_this_one_alone_is_used(connection, views):
    work = replace(reading(connection.visitor), run=lambda job: job.stop.set() or job.progress(0.1))
    connection.visitor.jobs.begin(work)
    while connection.visitor.jobs.of(work.name, "first").is_open:
        time.sleep(0.01)
    tokens = connection.visitor.workbench.encoded.tokens
    code = int(tokens[0, 2])
    seen = views(look_up(0, code))
    assert seen["dictionary"]["reading"] == "stopped"
    assert (seen["entry"]["clips"], seen["occurrences"]["clips"]) == (1, 1)
    count = int((tokens[0] == code).sum())
    assert seen["entry"]["occurrences"] == count
    assert seen["entry"]["effect"]["decoded"] == min(count, MOST_OCCURRENCES)


def test_this_clip_is_searched_as_the_grid_shows_it(connection, read):
    code = int((connection.visitor.workbench.tokens[0, 3] + 1) % 64)
    read(look_up(0, code))
    connection.visitor.workbench = connection.visitor.workbench.edit(SetCode(Region(0, 0, 3, 3), False, code))
    answer = send(connection)["views"]
    assert 3 in answer["occurrences"]["places"][0]["steps"]
    assert "entry" not in answer  # an edit costs no new decoding here


def test_the_open_code_stays_when_another_clip_is_chosen(connection, read):
    entry = connection.visitor.room(LookedUp).entry
    read({"name": "choose_clip", "clip": "jump"})
    assert connection.visitor.room(LookedUp).entry == entry
    assert read.seen["occurrences"]["places"][0]["clip"] == "jump"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (look_up(6, 0), "There is no layer 7; this checkpoint has layers 1 to 6."),
        (look_up(0, 64), "There is no code 64 in layer 1; codes run from 0 to 63."),
        (look_up(0, 1.5), "1.5 is not a whole number."),
    ],
)
def test_what_does_not_exist_is_one_sentence(connection, command, words):
    assert send(connection, command)["notice"] == words


def test_the_context_holds_all_that_the_decoder_needs(encoded):
    context = decoding_context(encoded, REACH)
    rows = encoded.tokens[:, : 2 * context + 3]
    frames = slice((context + 1) * 4 - REACH, (context + 2) * 4 + REACH)
    alone = encoded.decode(rows[:, 1:-1], (True,) * 6, whole=False)
    whole = encoded.decode(rows, (True,) * 6, whole=False)
    np.testing.assert_allclose(whole[frames], alone[frames.start - 4 : frames.stop - 4], atol=1e-5)
    assert occurrences_at_once(encoded, context) > 1
