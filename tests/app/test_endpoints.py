"""The endpoints that programs call, over HTTP as `gradio_client` does."""

from pathlib import Path

import numpy as np
import pytest
from gradio_client import handle_file
from gradio_client.exceptions import AppError

from app.catalog.library import ROOT
from app.workbench.decoding import Decoding
from app.workbench.edit_values import from_value, to_value
from app.workbench.workbench import Workbench
from rvqvae.evaluation.metrics import code_counts, usage_statistics
from rvqvae.statistics import layer_lattice
from rvqvae.tokens import read_tokens

WALK = ROOT / "assets" / "clips" / "walk.npy"
EDITS = [
    {"kind": "set", "region": [0, 0, 3, 5], "code": 9, "repair": True},
    {"kind": "borrow", "region": [1, 2, 0, 4], "clip": "kick", "repair": False},
]


def test_only_the_named_endpoints_are_public(client):
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert set(named) == {
        "/list_library",
        "/tokenize",
        "/reconstruct",
        "/decode",
        "/errors_by_layers",
        "/export",
        "/edit",
        "/nearest_codes",
        "/codebook_statistics",
        "/inspect",
        "/layer_subsets",
        "/beam_search",
        "/joints",
        "/foot_sliding",
        "/look_up",
        "/microscope",
        "/analyse",
        "/relabel",
        "/figure",
        "/compare",
        "/open_checkpoint",
        "/forget_checkpoint",
        "/read_table",
        "/save_table",
        "/check_tokens",
        "/share",
        "/read_state",
        "/list_lessons",
        "/lesson",
    }


def test_the_librarys_contents(client, library):
    listed = client.predict(api_name="/list_library")
    assert [clip["clip"] for clip in listed["clips"]] == list(library.clips)
    assert listed["checkpoints"] == ["first", "second"]


def test_tokens_and_errors_are_the_librarys(client, encoded):
    tokens = client.predict("walk", "first", api_name="/tokenize")["tokens"]
    assert np.array_equal(tokens, encoded.tokens)
    bench = Workbench.of(encoded).with_layers((True, False, True, False, False, False))
    made = client.predict("walk", [1, 3], "first", "global", api_name="/reconstruct")
    assert made["error_mm"] == pytest.approx(bench.with_alignment("global").errors.mean())
    ladder = client.predict("walk", "first", api_name="/errors_by_layers")
    assert ladder["errors_mm"]["root"] == pytest.approx(encoded.errors_by_layers["root"])


def test_decoding_gives_the_pages_joints(client, encoded):
    made = client.predict(encoded.tokens.tolist(), encoded.frames, None, "first", api_name="/decode")
    np.testing.assert_allclose(made["joints"], Workbench.of(encoded).decoding.joints, atol=1e-6)


def test_a_file_sent_along_is_a_clip(client, encoded):
    tokens = client.predict(handle_file(WALK), "first", api_name="/tokenize")["tokens"]
    assert np.array_equal(tokens, encoded.tokens)
    made = client.predict(handle_file(WALK), [1], "first", "local", api_name="/reconstruct")
    assert made["error_mm"] == pytest.approx(encoded.errors_by_layers["local"][0])


def edited(library, encoded, alignment="root"):
    bench = Workbench.of(encoded, lambda clip: library.encoded(library.clip(clip), "first").tokens)
    for value in EDITS:
        bench = bench.edit(from_value(value))
    return bench.with_alignment(alignment)


def test_edits_do_what_the_page_does(client, library, encoded):
    made = client.predict("walk", EDITS, [1, 2, 3], "first", "local", api_name="/edit")
    bench = edited(library, encoded, "local").with_layers((True,) * 3 + (False,) * 3)
    before = Decoding(encoded, encoded.tokens, bench.layers)
    assert np.array_equal(made["tokens"], bench.tokens)
    assert made["error_mm"] == pytest.approx(bench.errors.mean())
    assert made["error_before_mm"] == pytest.approx(before.errors(bench.alignment).mean())
    assert made["changed_frames"] == list(bench.decoding.frames_that_may_differ(before))
    assert made["changed_tokens"] == (bench.tokens != encoded.tokens).sum() > 0
    assert [to_value(edit)["kind"] for edit in bench.version.edits] == ["set", "borrow"]
    assert len(made["words"]) == 2


def test_nearest_codes(client, encoded):
    near = client.predict(2, 7, 3, "first", api_name="/nearest_codes")["codes"]
    codebook = encoded.codebook(1).numpy()
    distances = np.linalg.norm(codebook - codebook[:, [7]], axis=0)
    distances[7] = np.inf
    assert [one["code"] for one in near] == np.argsort(distances)[:3].tolist()
    assert [one["distance"] for one in near] == pytest.approx(np.sort(distances)[:3].tolist(), rel=1e-4)


def test_codebook_statistics(client, encoded):
    made = client.predict("walk", "first", api_name="/codebook_statistics")
    for key, counts in (("clip", code_counts(encoded.tokens, 64)), ("training", encoded.checkpoint.usage)):
        expected = usage_statistics(counts)
        assert [layer["perplexity"] for layer in made[key]] == pytest.approx([s.perplexity for s in expected])
        assert [layer["used"] for layer in made[key]] == [s.used for s in expected]
    without = client.predict("", "second", api_name="/codebook_statistics")
    assert without == {"codes": 64, "clip": None, "training": None}


def test_the_doctors_report(client):
    report = client.predict("first", api_name="/inspect")
    assert report["subject"] == "first"
    assert report["findings"]  # its weights are random


def test_what_the_laboratory_measures(client, encoded):
    subsets = client.predict("walk", "second", api_name="/layer_subsets")["subsets"]
    assert len(subsets) == 2**4 - 1
    rows = client.predict("walk", [3], "first", api_name="/beam_search")["widths"]
    assert np.array_equal(rows[0]["tokens"], encoded.tokens)
    assert rows[1]["latent_error"] <= rows[0]["latent_error"]
    first = layer_lattice(encoded.checkpoint, encoded.clip.features, encoded.tokens)[0]
    made = client.predict("walk", "first", api_name="/layer_subsets")["subsets"][0]
    assert (made["layers"], made["root_mm"]) == (list(first.layers), pytest.approx(first.root_mm))


def test_files_are_downloaded(client, library, encoded):
    def export(kind, **options):
        path = client.predict("walk", kind, api_name="/export", checkpoint="first", edits=EDITS, **options)
        return Path(path if isinstance(path, str) else path["path"])

    bench = edited(library, encoded)
    table = export("tokens.json")
    assert table.name == "walk-tokens.json"
    assert np.array_equal(read_tokens(table).rows[0].tokens, bench.tokens)
    np.testing.assert_allclose(np.load(export("joints.npy")), bench.decoding.joints, atol=1e-6)
    assert export("film.gif", view="split").read_bytes().startswith(b"GIF89a")
    with pytest.raises(AppError, match=r"no file 'tokens\.txt' to save; choose one of tokens\.csv"):
        export("tokens.txt")


def test_bad_input_is_one_sentence(client, tmp_path):
    with pytest.raises(AppError, match="no clip named 'nothing'"):
        client.predict("nothing", api_name="/tokenize")
    with pytest.raises(AppError, match="no layer 9"):
        client.predict("walk", [9], api_name="/reconstruct")
    with pytest.raises(AppError, match="no code 900"):
        client.predict("walk", [{**EDITS[0], "code": 900}], None, "first", api_name="/edit")
    with pytest.raises(AppError, match="cannot be read"):
        client.predict("walk", ["nothing"], None, "first", api_name="/edit")
    with pytest.raises(AppError, match="no layer 7"):
        client.predict(7, 0, 3, "first", api_name="/nearest_codes")
    with pytest.raises(AppError, match="beam width is 1000; it must be 2 to"):
        client.predict("walk", [1000], "first", api_name="/beam_search")
    with pytest.raises(AppError, match="cannot be read"):
        client.predict("walk", 3, "first", api_name="/beam_search")
    (tmp_path / "bad.npy").write_bytes(b"nonsense")
    with pytest.raises(AppError, match=r"bad\.npy: found no NumPy array"):
        client.predict(handle_file(tmp_path / "bad.npy"), api_name="/tokenize")
    with pytest.raises(AppError, match="sent with handle_file"):
        client.predict({"file": "/etc/passwd"}, api_name="/tokenize")
