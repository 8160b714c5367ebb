import base64
import json
import random
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.catalog.library import ROOT, Library
from app.errors import StudioError
from app.jobs import Job
from app.lessons.lessons import LESSONS
from app.payloads.arrays import pack, pack_joints, unpack
from app.rooms import VIEWS
from app.stage.checkpoint import code_order
from app.visitor import Visitor
from tests.support.checkpoints import write_checkpoint

STEPS = 80
# Of B, how it is made of what the page showed when it came: made once, it needs none of it again.
MADE_OF_A = {"compared": {"frames", "joints", "tail"}}
WORK = ("analyse_clip", "analyse_data", "score_subsets", "compare_beams", "compare", "examine")


@pytest.fixture
def views(connection):
    return connection.changed_views()


def test_payloads_are_json_without_nan(views):
    json.dumps(views, allow_nan=False)


def test_views_are_named_once():
    assert len({view.name for view in VIEWS}) == len(VIEWS)


def test_pack_keeps_values_within_half_a_unit():
    values = np.array([[-1.234, 0.0], [2.5, 3.2767]])
    assert np.abs(unpack(pack(values, "i16", 1e-4)) - values).max() <= 0.5e-4 + 1e-12
    assert unpack(pack(np.array([9.0]), "u8", 0.01))[0] == pytest.approx(2.55)  # clipped, not wrapped


@pytest.mark.parametrize("reach", [0.5, 3.0, 30.0])
def test_joints_keep_half_a_millimetre(rng, reach):
    joints = rng.uniform(-reach, reach, (7, 22, 3))
    assert np.abs(unpack(pack_joints(joints)) - joints).max() < 5e-4


def test_joints_keep_half_a_millimetre_however_far_the_body_walks(rng):
    joints = rng.uniform(-1, 1, (500, 22, 3))
    joints[:, :, 2] += np.linspace(0, 900, 500)[:, None]
    packed = pack_joints(joints)
    assert np.abs(unpack(packed) - joints).max() < 5e-4
    json.dumps(packed)
    assert pack_joints(joints[:0])["shape"] == [0, 22, 3]


def test_reconstruction_carries_the_workbenchs_numbers(connection, views):
    made, bench = views["reconstruction"], connection.visitor.workbench
    assert made["mean_error"] == bench.errors.mean()
    np.testing.assert_allclose(made["joint_mm"], bench.errors.mean(axis=0))
    np.testing.assert_allclose(unpack(made["errors"]), bench.errors, atol=0.051)
    np.testing.assert_allclose(unpack(made["joints"]), bench.decoding.joints, atol=5e-4)


def test_tokens_are_the_encoders(connection, views):
    np.testing.assert_array_equal(
        unpack(views["tokens"]["codes"]), connection.visitor.workbench.encoded.tokens
    )
    assert views["tokens"]["bits_per_second"] == 6 * 6 * 5


def test_code_order_follows_the_main_axis(rng):
    line = np.linspace(-1, 1, 40)
    shuffled = rng.permutation(40)
    codebook = np.outer(line[shuffled], [3.0, 1.0, 0.0]) + rng.normal(0, 1e-4, (40, 3))
    order = code_order(codebook)
    assert sorted(order) == list(range(40))
    assert np.array_equal(order, shuffled) or np.array_equal(order, 39 - shuffled)


def test_an_edit_sends_at_most_12_kilobytes_whatever_the_clip_and_layers_at_most_80(connection):
    connection.page_shows_opening()
    edit = {"name": "set_code", "region": [0, 5, 4, 4], "code": 3, "repair": False}
    answer = connection.answer({"number": 1, "commands": [edit]})
    assert answer["notice"] == ""
    assert len(json.dumps(answer)) <= 12_000
    layers = {"name": "set_layers", "layers": [True] * 5 + [False]}
    answer = connection.answer({"number": 2, "commands": [layers]})
    assert len(json.dumps(answer)) * 196 / connection.visitor.workbench.encoded.frames <= 80_000


@pytest.fixture(scope="module")
def short_library(tmp_path_factory):
    """Two clips of some frames and two small checkpoints, one of which has no counts."""
    clips, checkpoints = tmp_path_factory.mktemp("clips"), tmp_path_factory.mktemp("checkpoints")
    entries = [("walk", 24, True), ("run", 21, False)]
    for name, frames, _ in entries:
        np.save(clips / f"{name}.npy", np.load(ROOT / "assets" / "clips" / f"{name}.npy")[:frames])
    manifest = [{"name": name, "title": name.title(), "trained": trained} for name, _, trained in entries]
    (clips / "clips.json").write_text(json.dumps({"clips": manifest}))
    write_checkpoint(checkpoints, "first", seed=1, num_quantizers=3)
    write_checkpoint(checkpoints, "second", seed=2, num_quantizers=2, with_usage=False)
    return Library(clips_folder=clips, checkpoints_folder=checkpoints)


def some_commands(draw: random.Random, visitor: Visitor) -> dict[str, Callable[[], dict[str, Any]]]:
    """For each command that may come next, what gives values for it; some of them are refused."""
    layers, steps = visitor.workbench.tokens.shape

    def block() -> dict[str, Any]:
        layer, step = draw.randrange(layers), draw.randrange(steps)
        region = [layer, draw.randrange(layer, layers), step, draw.randrange(step, steps)]
        return {"region": region, "repair": draw.random() < 0.5}

    def file(name: str) -> dict[str, Any]:
        return {"path": str(visitor.uploads_folder / name), "file_name": name}

    clips, checkpoints = ["walk", "run", *visitor.own_clips], ["first", "second"]
    checkpoints += visitor.own_checkpoints.kept
    row = {"table": visitor.tables.shown, "row": draw.randrange(2)}
    one_clip, one_checkpoint = draw.choice(clips), draw.choice(checkpoints)
    return {
        "choose_clip": lambda: {"clip": one_clip},
        "choose_checkpoint": lambda: {"checkpoint": one_checkpoint},
        "set_layers": lambda: {"layers": [draw.random() < 0.7 for _ in range(layers)]},
        "set_alignment": lambda: {"alignment": draw.choice(["local", "root", "global"])},
        "set_code": lambda: {**block(), "code": draw.randrange(64)},
        "drop": block,
        "restore": block,
        "shuffle": lambda: {**block(), "seed": draw.randrange(3)},
        "inspect_cell": lambda: {"layer": draw.randrange(layers), "step": draw.randrange(steps)},
        "show_both": lambda: {"both": draw.random() < 0.5},
        **dict.fromkeys(("undo", "redo", "reset", "pin", "unpin", "make_link", "read_clips"), dict),
        **dict.fromkeys(WORK, dict),
        "show_panel": lambda: {"panel": draw.choice(["lattice", "tables"]), "shown": draw.random() < 0.5},
        "look_up": lambda: {"layer": draw.randrange(layers), "code": draw.randrange(64)},
        **dict.fromkeys(("magnify", "follow_flow"), lambda: {"step": draw.randrange(steps)}),
        "choose_data": lambda: {"data": draw.choice(["recorded", "page", "file-1"])},
        "add_data": lambda: file("mine.npy"),
        "relabel": lambda: {"how": draw.choice(["random", "agreeing"]), "seed": 1, "layer": None},
        "show_diagnosis": lambda: {"checkpoint": one_checkpoint},
        "compare_with": lambda: {"checkpoints": [one_checkpoint], "over": draw.choice(["clip", "page"])},
        "open_file": lambda: file(draw.choice(["mine.npy", "table.csv"])),
        "open_checkpoint": lambda: {"files": [file("model.safetensors"), file("config.json")]},
        "forget_checkpoint": lambda: {"checkpoint": checkpoints[-1]},
        "open_row": lambda: row,
        "look_in_table": lambda: {"which": draw.choice(["all", "edited"])},
        "check_table": dict,
        "open_lesson": lambda: {"lesson": draw.choice(LESSONS).key},
        "answer_lesson": lambda: {"answer": draw.choice("0123")},
        "close_lesson": dict,
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_payload_is_another_one_only_where_its_key_is(short_library, tmp_path, seed):
    draw, visitor = random.Random(seed), Visitor(short_library, tmp_path)
    np.save(tmp_path / "mine.npy", short_library.clips["walk"].features[3:])
    for file in (short_library.checkpoints_folder / "second").iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    visitor.apply({"name": "save_export", "kind": "tokens.csv"})
    table = base64.b64decode(visitor.notification["base64"]).decode().splitlines()
    (tmp_path / "table.csv").write_text("\n".join([*table, table[1].replace("walk", "again", 1)]))
    sent, done = {}, []
    for _ in range(STEPS):
        offered = some_commands(draw, visitor)
        name = draw.choice(list(offered))
        done.append({"name": name, **offered[name]()})
        try:
            visitor.apply(done[-1])
        except StudioError:
            done[-1]["refused"] = True
        jobs: list[Job] = list(visitor.jobs._jobs.values())
        assert all(job.ended.wait(60) for job in jobs)
        for view in VIEWS:
            if view.joints_for and not visitor.workbench.encoded.has_joints:
                continue
            key, content = view.key(visitor), view.payload(visitor)
            lasting = {part: content[part] for part in content.keys() - MADE_OF_A.get(view.name, set())}
            payload = json.dumps(lasting, allow_nan=False, sort_keys=True)
            if view.name in sent and sent[view.name][0] == key:
                assert payload == sent[view.name][1], (view.name, done)
            sent[view.name] = key, payload
