"""The laboratory's statistics in a browser: computed, read back against the library, switched, saved."""

import io

import numpy as np
import pytest

from app.rooms import TABS
from rvqvae.evaluation.beam import beam_encode
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.evaluation.metrics import code_counts
from rvqvae.evaluation.protocols import as_momask_reports
from rvqvae.motion import Clip
from rvqvae.statistics import analyse, estimate_entropy, layer_lattice
from tests.support.axe import violations
from tests.support.gestures import press, shown


def open_tab(visitor, label):
    visitor.page.get_by_role("tab", name=label, exact=True).click()
    visitor.settle()


def texts(visitor, selector):
    return visitor.page.locator(selector).all_inner_texts()


def test_figures_are_saved_and_codebooks_show_the_librarys_figures_of_clip_and_data_set(
    still, library, encoded
):
    """Figures as pictures and tables; the data set's are added by an analysis."""
    import matplotlib.image

    panel = still.page.locator("#tab-panel-codebook")
    with still.page.expect_download() as waiting:
        panel.get_by_role("button", name="Save the residual energy as PNG").click()
    download = waiting.value
    assert download.suggested_filename == f"{encoded.clip.key.replace('_', '-')}-residual-energy.png"
    picture = matplotlib.image.imread(io.BytesIO(download.path().read_bytes()))
    assert picture.shape[1] >= 1200
    with still.page.expect_download() as waiting:
        panel.get_by_role("button", name="Save the table as CSV").click()
    rows = waiting.value.path().read_text().splitlines()
    assert rows[0].startswith("layer,in,tokens")
    assert len(rows) >= 1 + encoded.num_layers

    counts = code_counts(encoded.tokens, encoded.num_codes)
    expected = [f"{estimate_entropy(row).corrected_bits:.2f} bits" for row in counts]
    assert texts(still, "[data-cell=clip-entropy]") == expected
    assert texts(still, "[data-cell=clip-tokens]") == [str(encoded.tokens.shape[1])] * len(counts)

    panel.get_by_label("Data set", exact=True).select_option("page")
    panel.get_by_role("button", name="Analyse", exact=True).click()
    still.wait("studio.views.dataset.analysed")
    still.settle()
    clips = [Clip(clip.title, clip.features, clip.fps) for clip in library.clips.values()]
    analysed = analyse(encoded.checkpoint, clips)
    expected = [f"{layer.entropy.corrected_bits:.2f} bits" for layer in analysed.layers]
    assert texts(still, "[data-cell=data-entropy]") == expected
    assert texts(still, "[data-cell=data-tokens]") == [str(analysed.steps)] * len(counts)
    note = panel.locator(".data-bar .note").first.inner_text()
    assert note == f"{analysed.clips} clips, {analysed.frames:,} frames, {analysed.steps} tokens a layer"

    before = still.pixels(".histogram")
    panel.get_by_role("button", name="By number", exact=True).click()
    assert still.pixels(".histogram") != before


def test_tabs_stand_under_questions_and_beams_and_relabelling_agree_with_the_library(still, encoded):
    groups = still.page.locator(".tab-group")
    found = [text.split("\n") for text in groups.all_inner_texts()]
    assert [group[0] for group in found] == list(dict.fromkeys(tab.question for tab in TABS))
    assert [name for group in found for name in group[1:] if name] == [tab.label for tab in TABS]
    open_tab(still, "Beam search")
    press(still, "ArrowRight")
    assert still.page.get_by_role("tab", name="Dictionary").get_attribute("aria-selected") == "true"
    still.settle()
    assert violations(still) == []

    open_tab(still, "Beam search")
    still.wait("studio.views.beam.rows")
    beam = beam_encode(encoded.checkpoint, encoded.clip.features, 16)
    last = still.page.locator("#tab-panel-beam tbody tr").last.locator("td").all_inner_texts()
    assert float(last[0]) == pytest.approx(beam.squared_errors.mean(), rel=1e-3)
    assert last[4] == f"{(beam.tokens != encoded.tokens).sum()} of {encoded.tokens.size}"

    open_tab(still, "Relabel")
    still.wait("studio.views.relabel.result")
    still.page.get_by_role("button", name="So that they correlate").click()
    still.wait("studio.views.relabel.relabelling.how === 'agreeing' && studio.views.relabel.result")
    assert texts(still, "[data-fact=motion] strong") == ["0.000 mm"]
    assert texts(still, "[data-fact=information] strong") == ["0.000 bits"]
    sides = [
        np.reshape(
            still.js(f"Array.from(studio.views.relabel.result.tokens[{side}].values)"), encoded.tokens.shape
        )
        for side in (0, 1)
    ]
    np.testing.assert_array_equal(sides[0], encoded.tokens)
    cells = still.page.locator(".correlation-matrix [data-pair='1-2']").all_inner_texts()
    for cell, tokens in zip(cells, sides, strict=True):
        assert float(cell.replace("−", "-")) == pytest.approx(np.corrcoef(tokens)[0, 1], abs=0.006)


def test_a_subset_of_the_lattice_goes_to_the_workbench(still, encoded):
    open_tab(still, "Layers")
    still.wait("studio.views.lattice.subsets")
    scores = {
        score.layers: score.root_mm for score in layer_lattice(encoded.checkpoint, encoded.clip.features)
    }
    assert still.page.locator(".subset").count() == len(scores)
    still.page.get_by_role("button", name="By error", exact=True).click()
    found = texts(still, ".subset output")
    assert found == [shown(mm) for mm in sorted(scores.values())]
    button = still.page.locator("[data-subset='1 3 5']")
    button.click()
    still.settle()
    assert still.figure("error") == shown(scores[1, 3, 5])
    assert still.figure("layers") == f"3 of {encoded.num_layers}"
    assert button.get_attribute("aria-pressed") == "true"


def test_compared_bodies_move_in_step_and_the_error_as_momask_reports_it_stands_beside_ours(still, library):
    open_tab(still, "Compare")
    still.wait("studio.views.compare_bodies?.bodies.length >= 2 && studio.isSettled")
    stages = still.page.locator(".compared-stage")
    stages.first.scroll_into_view_if_needed()
    assert stages.count() == still.js("studio.views.compare_bodies.bodies.length") <= 4
    before = [still.pixels(".compared-stage"), still.page.locator(".compared-card .note").first.inner_text()]
    still.js("studio.seek(1.5)")
    still.page.wait_for_timeout(300)
    assert still.pixels(".compared-stage") != before[0]
    now = still.js("studio.views.compare_bodies.bodies[0].errors.values[30]")
    assert still.page.locator(".compared-card .note").first.inner_text().startswith(f"{now:.1f} now, ")

    panel = still.page.locator("#tab-panel-compare")
    panel.get_by_role("button", name="Measure both ways").click()
    still.wait("studio.views.reported?.state === 'done' && studio.isSettled")
    keys = still.js("studio.views.compare.candidates.filter((one) => one.chosen).map((one) => one.key)")
    rows = [row.split("\t") for row in panel.locator(".reported tbody tr").all_inner_texts()]
    clip = library.clip(library.opening[0])
    for row, checkpoint in zip(rows, map(library.checkpoint, keys), strict=True):
        clips = [Clip(clip.title, clip.features, clip.fps)]
        ours = evaluate(checkpoint, clips)["layers"][-1]["mpjpe_root_mm"]
        theirs = as_momask_reports(checkpoint, clips, repeats=still.js("studio.views.reported.repeats"))
        assert row[1].split()[0] == f"{ours:.3g}"
        assert row[2].split()[0] == f"{theirs.mean[-1]:.3g}"
        assert row[3] == "1 of 1"
    assert "utils/eval_t2m.py" in panel.locator(".reported").inner_text()


def test_information_opens_on_the_page_s_clips_and_stands_beside_its_null(still, library, encoded):
    """On the page's clips where only counts are recorded; alignment is stated."""
    open_tab(still, "Information")
    still.wait("studio.views.information.of.data.result")
    still.settle()
    panel = still.page.locator("#tab-panel-information")
    assert panel.get_by_role("button", name="Data set", exact=True).get_attribute("aria-pressed") == "true"
    said = panel.locator(".lab-lead").inner_text()
    assert said.startswith(f"The {len(library.clips)} clips of this page: ")
    assert "not which occur together" in said

    still.page.locator("#tab-panel-information").get_by_role("button", name="This clip", exact=True).click()
    still.wait("studio.views.information.of.clip.result")
    still.settle()
    assert "A single clip cannot say" in still.page.locator("#tab-panel-information .lab-lead").inner_text()
    analysed = analyse(encoded.checkpoint, [Clip("", encoded.clip.features, encoded.clip.fps)])
    cells = still.page.locator(".information-matrix td[data-pair]")
    assert cells.count() == len(analysed.between_layers)
    for (u, v), pair in analysed.between_layers.items():
        cell = still.page.locator(f".information-matrix td[data-pair='{u}-{v}']")
        assert cell.inner_text().split() == [f"{pair.corrected_bits:.2f}", f"{pair.null_bits:.2f}"]
    bars = still.js("Array.from(document.querySelectorAll('.step-bar'), (bar) => Number(bar.dataset.bits))")
    assert bars == [pair.corrected_bits for pair in analysed.between_steps]
    text = still.page.locator("#tab-panel-information").inner_text()
    assert "root-aligned, 20 fps" in text
    assert f"{analysed.rate_distortion[-1].rate.entropy:.1f}" in text
    still.page.get_by_role("button", name="local", exact=True).click()
    still.settle()
    text = still.page.locator("#tab-panel-information").inner_text()
    assert "local-aligned, 20 fps" in text
    assert shown(analysed.rate_distortion[0].local_mm) in text


def test_a_narrow_dark_page_does_not_scroll_sideways(open_page):
    visitor = open_page(width=400, scheme="dark")
    for label, ready in (
        ("Information", "information.of.data.state"),
        ("Layers", "lattice.subsets"),
        ("Beam search", "beam.rows"),
        ("Relabel", "relabel.result"),
    ):
        open_tab(visitor, label)
        visitor.wait(f"studio.views.{ready}")
        assert visitor.js("document.documentElement.scrollWidth <= innerWidth")
    grounds = visitor.page.locator("#studio :is(textarea, [type=text], [type=search])").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(grounds) > 3
    assert "rgb(255, 255, 255)" not in grounds
