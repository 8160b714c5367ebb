"""A visitor's own checkpoints in the page: opened, examined, compared; damaged and odd ones too."""

import json
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
import safetensors.torch
import torch

from app.catalog.own_checkpoints import load
from app.workbench.workbench import Workbench
from rvqvae.doctor import examine
from rvqvae.motion import Clip
from rvqvae.statistics.comparison import compare
from tests.checkpoints.formats.original_dilated import Network
from tests.support.checkpoints import small, write_momask
from tests.support.gestures import shown
from tests.support.paths import CHECKPOINTS


def open_files(visitor, *files):
    """Choose files together, as in the file dialogue, and wait for the answer."""
    before = visitor.js("studio.requests")
    visitor.page.get_by_role("button", name="Open a checkpoint").click()
    visitor.page.locator("#checkpoint-files").set_input_files(files)
    visitor.wait(f"studio.requests > {before} && studio.isSettled")


def open_tab(visitor, name):
    visitor.page.get_by_role("tab", name=name).click()
    visitor.wait("studio.isSettled")


def report_in(visitor):
    visitor.wait("studio.views.doctor && studio.views.doctor.report && studio.isSettled")
    return visitor.js("studio.views.doctor.report")


@pytest.fixture
def damaged(tmp_path):
    """The shipped checkpoint with the codebook of layer 1 twice as long."""
    folder = shutil.copytree(CHECKPOINTS / "motion-rvq", tmp_path / "damaged")
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    tensors["quantizer.layers.0.embedding"] *= 2
    safetensors.torch.save_file(tensors, folder / "model.safetensors")
    return folder


def test_the_doctor_finds_the_shipped_checkpoint_healthy_and_repairs_a_damaged_copy(
    visitor, library, damaged, tmp_path
):
    sound = visitor.figure("error")
    open_tab(visitor, "Doctor")
    healthy = report_in(visitor)
    verdict = visitor.page.locator(".verdict")
    assert verdict.locator("strong").inner_text() == "Healthy"
    folder = library.checkpoints[library.opening[1]].source
    expected = examine(folder)
    cells = visitor.page.locator(".measured [data-error]").all_inner_texts()
    assert cells == [shown(value) for value in expected.measurements["error_mm"]]
    assert healthy["verdict"] == expected.verdict

    open_files(visitor, damaged / "model.safetensors", damaged / "config.json")
    visitor.wait("studio.views.session.checkpoint.startsWith('own-')")
    visitor.wait("studio.views.doctor.shown.startsWith('own-')")
    report_in(visitor)
    assert verdict.locator("strong").inner_text() == "Sick"
    finding = visitor.page.locator(".finding.sick").first
    assert finding.get_attribute("data-check") == "scaled_codebook"
    assert "codebook 1" in finding.inner_text()
    assert visitor.figure("error") != sound
    saved = {}
    for label in ("HTML", "JSON", "text"):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=label, exact=True).click()
        saved[label] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[label])
    report = json.loads(saved["JSON"].read_text())
    assert report == visitor.js("studio.views.doctor.report")
    assert report["verdict"] in saved["text"].read_text()
    assert report["findings"][0]["check"] in saved["HTML"].read_text()

    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Save the repaired copy").click()
    names = sorted(Path(name).name for name in ZipFile(download.value.path()).namelist())
    assert {"config.json", "model.safetensors"} <= set(names)
    visitor.page.get_by_role("button", name="Open the repaired copy").click()
    visitor.wait("studio.views.checkpoint.title.endsWith(', repaired')")
    assert report_in(visitor)["status"] == 0
    assert visitor.figure("error") == sound


def test_a_truncated_file_is_refused_and_diagnosed(visitor, damaged):
    weights = damaged / "model.safetensors"
    with open(weights, "r+b") as file:
        file.truncate(weights.stat().st_size // 2)
    before = visitor.figure("error")
    open_files(visitor, weights, damaged / "config.json")
    notice = visitor.page.locator(".notice")
    notice.wait_for(state="visible")
    assert "model.safetensors" in notice.inner_text()
    assert "/tmp" not in notice.inner_text()
    assert visitor.figure("error") == before
    open_tab(visitor, "Doctor")
    report_in(visitor)
    assert visitor.page.locator(".verdict strong").inner_text() == "Unreadable"
    assert visitor.page.locator("[data-check=truncated_file]").count() == 1


@pytest.mark.parametrize(
    "sizes",
    [
        {"num_quantizers": 3, "downsampling_ratio": 8},
        {"num_quantizers": 1, "num_embeddings": 16},
        {"num_quantizers": 8, "num_embeddings": 600, "downsampling_ratio": 2},
    ],
)
def test_other_sizes_work_in_every_part_of_the_page(visitor, library, tmp_path, sizes):
    files = small(tmp_path / "mine", **sizes)
    open_files(visitor, *files)
    visitor.wait("studio.views.checkpoint.title === 'mine'")
    layers = sizes["num_quantizers"]
    own = load(tmp_path / "mine", "mine")
    bench = Workbench.of(own.encoded(library.clip(library.opening[0])))
    assert visitor.figure("error") == shown(bench.errors.mean())
    assert visitor.page.locator(".layer-switch").count() == layers
    assert visitor.page.locator(".rung").count() == layers
    visitor.js(f"studio.command('set_code', {{region: [0, {layers - 1}, 1, 2], code: 5, repair: false}})")
    visitor.settle()
    assert visitor.js("studio.views.edits.edits.length") == 1
    for tab in visitor.page.get_by_role("tab").all():
        tab.click()
        visitor.settle()
    assert visitor.js("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_text_that_is_no_hub_id_is_a_sentence_and_a_momask_checkpoint_is_shown_and_put_away(
    visitor, library, tmp_path
):
    visitor.page.get_by_role("button", name="Open a checkpoint").click()
    visitor.page.get_by_label("Hub id").fill("/etc/passwd")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    assert "--allow-paths" in visitor.page.locator(".notice").inner_text()
    visitor.page.keyboard.press("Escape")

    torch.manual_seed(0)
    checkpoint = write_momask(tmp_path / "run", Network(features=263, width=16, dim=8, quantizers=3).settle())
    meta = tmp_path / "run" / "meta"
    open_files(visitor, checkpoint, tmp_path / "run" / "opt.txt", meta / "mean.npy", meta / "std.npy")
    visitor.wait("studio.views.checkpoint.title === 'rvq_nq6_test'")
    bench = Workbench.of(load(checkpoint, "x").encoded(library.clip(library.opening[0])))
    assert visitor.figure("error") == shown(bench.errors.mean())
    assert "not known" not in visitor.page.locator(".readout .badge").inner_text()
    assert visitor.page.locator(".readout .badge").inner_text() == "Sample clip"
    visitor.page.get_by_role("button", name="Open a checkpoint").click()
    visitor.page.get_by_role("button", name="Remove rvq_nq6_test").click()
    visitor.settle()
    assert visitor.js("studio.views.session.checkpoint") == library.opening[1]


def test_two_checkpoints_side_by_side_with_the_librarys_numbers(visitor, library, tmp_path):
    files = small(tmp_path / "mine", num_quantizers=3, downsampling_ratio=8)
    open_files(visitor, *files)
    visitor.wait("studio.views.checkpoint.title === 'mine'")
    open_tab(visitor, "Compare")
    visitor.wait("studio.views.compare && studio.views.compare.result && studio.isSettled")
    for other in set(library.checkpoints) - {library.opening[1]}:
        box = visitor.page.locator(f".chip-box input[value='{other}']")
        if box.is_checked():
            box.click()
            visitor.settle()
    visitor.wait("studio.views.compare.result && studio.views.compare.result.contestants.length === 2")
    names = visitor.page.locator(".by-layer thead th").all_inner_texts()
    assert names == [library.opening[1], "mine (yours)"]
    clip = library.clip(library.opening[0])
    pair = [library.checkpoint(library.opening[1]), load(tmp_path / "mine", "mine").checkpoint]
    expected = compare(pair, [Clip(clip.title, clip.features, clip.fps)])
    for index, one in enumerate(expected.contestants):
        for point in one.scores.rate_distortion:
            cell = visitor.page.locator(f"[data-layers='{point.rate.layers}'][data-contestant='{index}']")
            assert cell.inner_text() == shown(point.root_mm)
    assert visitor.page.locator(".by-layer [data-contestant='1']").nth(3).inner_text() == "\u2013"
    visitor.page.locator(".compare").get_by_role("button", name="local").click()
    first = expected.contestants[0].scores.rate_distortion[0]
    assert visitor.page.locator("[data-layers='1'][data-contestant='0']").inner_text() == shown(
        first.local_mm
    )
    plot = "document.querySelector('.compare-plot').data"
    visitor.wait(plot)
    assert json.loads(json.dumps(visitor.js(f"{plot}.map((line) => line.y.length)"))) == [
        len(one.scores.rate_distortion) for one in expected.contestants
    ]
    visitor.page.locator("#compare-over").select_option("held-out")
    visitor.wait("studio.views.compare.over === 'held-out' && studio.views.compare.result")
    visitor.settle()
    held_out = [one for one in library.clips.values() if one.trained is False]
    assert f"over {len(held_out)} clips" in visitor.page.locator(".compare-switches").first.inner_text()
