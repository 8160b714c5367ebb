"""The dictionary of codes and the microscope, by hand, with their numbers against the library's."""

import numpy as np
import pytest

from app.lab.dictionary_entry import AROUND, REACH
from app.workbench.edits import SetCode
from app.workbench.region import Region
from rvqvae.statistics import (
    average_motion,
    code_effect,
    dissect,
    nearest_codes,
    occurrences,
    principal_plane,
)
from tests.support.gestures import button, shown


@pytest.fixture(scope="module")
def corpus(library):
    clips, checkpoint = list(library.clips.values()), library.opening[1]
    return clips, [library.encoded(clip, checkpoint).tokens for clip in clips]


def open_tab(visitor, name, ready):
    visitor.page.get_by_role("tab", name=name).click()
    visitor.wait(ready)


def note(visitor, name):
    return visitor.page.locator(f"[data-note={name}]").inner_text()


def look_up(visitor, layer, code):
    visitor.page.get_by_role("group", name="Layer", exact=True).get_by_text(str(layer + 1)).click()
    visitor.wait(f"studio.views.entry.layer === {layer} && studio.isSettled")
    visitor.page.get_by_label("Code number").fill(str(code))
    button(visitor, "Look up").click()
    visitor.wait(f"studio.views.entry.code === {code} && studio.isSettled")


def test_a_code_is_looked_up_and_its_page_is_the_librarys(still, bench, corpus):
    clips, tokens = corpus
    open_tab(still, "Dictionary", "studio.views.entry && studio.views.entry.effect")
    code = int(bench.tokens[0, 5])
    look_up(still, 0, code)
    found = occurrences(tokens, 0, code)
    codebook = bench.encoded.codebook(0).numpy()
    facts = still.page.locator(".entry-facts").inner_text()
    assert f"Code {code} of layer 1" in facts
    assert f"{np.linalg.norm(codebook[:, code]):.2f}" in facts

    average = average_motion([clip.features for clip in clips], found, ratio=4, reach=AROUND)
    assert f"{shown(average.spread_mm)} mm from this mean" in note(still, "average")
    effect = code_effect(bench.encoded.checkpoint, tokens, found, 0, code, reach=REACH)
    words = note(still, "effect")
    assert f"{shown(effect.joint_mm.mean())} mm over its 4 frames" in words
    assert "(local), 20 fps" in words
    bars = still.page.locator(".effect-joint output").all_inner_texts()
    assert bars == [shown(value) for value in effect.joint_mm]

    near = nearest_codes(codebook, codebook[:, code], 8, except_for=code)
    chips = still.page.locator("[data-card=near] .near")
    assert chips.all_inner_texts() == [f"{one.code}\n{one.distance:.2f}" for one in near]
    plane = principal_plane(codebook.T)
    points = np.reshape(still.js("Array.from(studio.views.dictionary.points.values)"), (-1, 2))
    np.testing.assert_allclose(points, plane.project(codebook.T), rtol=1e-4, atol=1e-4)
    still.wait("document.querySelector('.code-map .plot').data")
    assert f"{100 * plane.explained[0]:.0f}% of variance" in still.js(
        "document.querySelector('.code-map .plot').layout.xaxis.title.text"
    )

    chips.first.click()
    still.wait(f"studio.views.entry.code === {near[0].code}")
    still.settle()


def test_the_selected_token_the_map_and_an_occurrence_lead_to_codes_and_clips(still, bench, corpus):
    """A click on the map opens a code, one on an occurrence takes the player to its clip."""
    open_tab(still, "Dictionary", "studio.views.entry && studio.views.entry.effect")
    still.js("studio.selection.set({layer: 2, step: 6})")
    button(still, "Selected token").click()
    still.wait(f"studio.views.entry.layer === 2 && studio.views.entry.code === {bench.tokens[2, 6]}")
    still.wait("document.querySelector('.code-map .plot').data && studio.isSettled")
    # The farthest code along the first axis has no other on top of it.
    code = int(principal_plane(c := bench.encoded.codebook(2).T.numpy()).project(c)[:, 0].argmax())
    still.page.locator(".code-map").scroll_into_view_if_needed()
    x, y = still.js(
        f"""(() => {{ const plot = document.querySelector('.code-map .plot'), l = plot._fullLayout;
        const box = plot.getBoundingClientRect(), p = plot.data[0];
        return [box.x + l.xaxis._offset + l.xaxis.d2p(p.x[{code}]),
                box.y + l.yaxis._offset + l.yaxis.d2p(p.y[{code}])]; }})()"""
    )
    still.page.mouse.move(x - 3, y)
    still.page.mouse.move(x, y, steps=3)
    still.page.wait_for_timeout(300)
    still.page.mouse.click(x, y)
    still.wait(f"studio.views.entry.code === {code}")
    still.settle()

    clips, tokens = corpus
    here = next(index for index, clip in enumerate(clips) if clip.key == still.js("studio.views.clip.key"))
    layer, code, other = next(
        (v, int(code), one)
        for v in range(len(tokens[0]))
        for code in np.unique(np.concatenate(tokens, axis=1)[v])
        for one in occurrences(tokens, v, code)
        if one.clip != here and one.step > 1
    )
    look_up(still, layer, code)
    key = clips[other.clip].key
    still.page.locator(f".place[data-clip='{key}'][data-step='{other.step}']").click()
    still.wait(f"studio.views.clip.key === '{key}' && studio.selection.anchor")
    still.settle()
    clip = clips[other.clip]
    assert still.js("studio.clock.time") == pytest.approx(other.step * 4 / clip.fps)
    assert still.js("studio.selection.anchor") == {"layer": layer, "step": other.step}
    assert still.js("studio.views.entry.code") == code
    assert still.page.locator(".place[aria-current=true]").get_attribute("data-step") == str(other.step)


def test_the_microscope_follows_the_cursor_and_a_runner_up_can_be_put_in(still, bench):
    """Its figures are the library's; it steps through steps and layers."""
    open_tab(still, "Microscope", "studio.views.microscope")
    still.js("studio.seek(1.5)")
    still.wait("studio.views.microscope.step === 7")
    cut = dissect(bench.encoded.checkpoint, bench.encoded.latent[:, 7].cpu().numpy(), bench.tokens[:, 7])
    apart = f"{cut.identity_error:.1e}".replace("e-0", "e-") if cut.identity_error else "0"
    assert f"any component is {apart}, float32 rounding" in note(still, "identity")
    for v, choice in enumerate(cut.choices):
        row = still.page.locator(f".ladder-table tr[data-layer='{v + 1}']")
        rivals = row.locator("[data-cell=rivals] .near").all_inner_texts()
        assert rivals == [f"{one.code}\n{one.distance:.2f}" for one in choice.runners_up]
        assert row.locator("[data-cell=code]").inner_text() == f"{choice.code}\n{choice.distance:.2f}"
        share = f"{100 * cut.energies[v + 1] / cut.energies[v]:.0f}% left"
        assert share in row.locator("[data-cell=energy]").inner_text()
    still.wait("document.querySelector('.walk .plot').data")
    button(still, "Step after").click()
    still.wait("studio.views.microscope.step === 8")
    assert still.js("studio.clock.time") == pytest.approx(8 * 4 / 20)
    still.js("studio.selection.set({layer: 0, step: 3})")
    still.wait("studio.views.microscope.step === 3 && studio.isSettled")

    still.js("studio.seek(1.5)")
    still.wait("studio.views.microscope.step === 7 && studio.isSettled")
    assert "Plane: the two principal axes (PCA) of latent and sums" in note(still, "plane")
    button(still, "Layer after").click()
    assert "From zero to layer 1's code" in note(still, "plane")
    still.page.get_by_role("button", name="Layer 1 b").focus()
    still.page.keyboard.press("ArrowDown")
    assert "From the first code to layer 2's code" in note(still, "plane")
    assert still.js("document.activeElement.closest('tr').dataset.layer") == "2"
    rival = cut.choices[1].runners_up[0].code
    still.page.locator(".ladder-table tr[data-layer='2'] [data-cell=rivals] .near").first.click()
    still.wait("studio.views.edits.edits.length === 1 && studio.isSettled")
    edited = bench.edit(SetCode(Region(1, 1, 7, 7), False, rival))
    assert still.figure("error") == shown(edited.errors.mean())
    assert f"was {bench.tokens[1, 7]}" in still.page.locator(".ladder-table tr[data-layer='2']").inner_text()
    still.js("studio.command('drop', {region: [2, 2, 7, 7], repair: false})")
    still.wait("studio.views.microscope.choices[2].code === -1 && studio.isSettled")
    row = still.page.locator(".ladder-table tr[data-layer='3']")
    assert "dropped" in row.inner_text()
    assert "100% left" in row.inner_text()


def test_both_fit_a_narrow_screen(open_page):
    narrow = open_page(width=400, height=800)
    narrow.js("studio.clock.pause()")
    for name, view in [("Dictionary", "entry"), ("Microscope", "microscope")]:
        open_tab(narrow, name, f"studio.views.{view} && studio.isSettled")
        assert narrow.js("document.documentElement.scrollWidth") <= 400
