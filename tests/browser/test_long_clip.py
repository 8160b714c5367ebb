"""A clip of ten thousand frames: it opens, answers edits, and no request brings more than is said here."""

import numpy as np
import pytest

from app.catalog.own_clips import read_own_clip
from app.workbench.edits import SetCode
from app.workbench.region import Region
from app.workbench.workbench import Workbench
from tests.support.gestures import agrees, click_cell, press, shown

FRAMES = 10_000
# Kilobytes of the longest answer to each request. Only what is new travels: an edit brings the frames it
# reached, B is a patch of the reconstruction, an alignment brings errors alone, layers a whole motion.
MOST_KB = {"edit": 100, "undo": 100, "flow": 250, "pin": 10, "alignment": 700, "layers": 2_600, "open": 5_000}


@pytest.fixture
def long_clip(library, tmp_path):
    """Joints of a walk there and on, again and again: a real file for the upload button."""
    from rvqvae.motion import features_to_joints

    features = library.clip("walk").features
    joints = features_to_joints(np.tile(features, (-(-FRAMES // len(features)), 1))[: FRAMES + 1])
    file = tmp_path / "long.npy"
    np.save(file, joints.astype(np.float32))
    return file


class Answers:
    """The server's answers, and how large they are."""

    def __init__(self, page):
        self.answers = []
        page.on("response", self._note)

    def _note(self, response):
        if response.url.endswith("/studio/requests"):
            self.answers.append(response)

    def largest(self):
        """Kilobytes of the largest since the last time."""
        answers, self.answers = self.answers, []
        return max(len(answer.body()) for answer in answers) / 1000


@pytest.mark.timeout(600)
def test_ten_thousand_frames(visitor, library, long_clip):
    visitor.js("studio.clock.pause()")
    requests = Answers(visitor.page)
    visitor.page.locator("#upload-file").set_input_files(long_clip)
    visitor.page.wait_for_function("studio.views.clip.title === 'long' && studio.isSettled", timeout=240_000)
    sent = {"open": requests.largest()}
    clip, _ = read_own_clip(long_clip, long_clip.name)[:2]
    bench = Workbench.of(library.encoded(clip, library.opening[1]))
    assert visitor.js("studio.views.clip.frames") == FRAMES
    assert visitor.js("studio.range.to - studio.range.from") <= 60
    agrees(visitor, bench)

    visitor.js("studio.seek(300); studio.setRange(299, 303)")
    click_cell(visitor, 0, 1502)
    assert visitor.js("studio.selection.region") == [0, 0, 1502, 1502]
    code = (int(bench.tokens[0, 1502]) + 100) % bench.encoded.num_codes
    press(visitor, *str(code), "Enter")
    visitor.wait("studio.views.edits.edits.length === 1")
    edited = bench.edit(SetCode(Region(0, 0, 1502, 1502), False, code))
    agrees(visitor, edited)
    first, stop = visitor.js("studio.views.edit_effect.frames")
    assert (first, stop) == edited.decoding.frames_that_may_differ(bench.decoding)
    frames = slice(first, stop + 200)  # what was sent, and what the page worked out behind it
    values = f"studio.views.reconstruction.{{}}.values.slice({first} * {{}}, ({stop} + 200) * {{}})"
    joints = np.reshape(visitor.js(f"Array.from({values.format('joints', 66, 66)})"), (-1, 22, 3))
    np.testing.assert_allclose(joints, edited.decoding.joints[frames], atol=1e-3)
    errors = np.reshape(visitor.js(f"Array.from({values.format('errors', 22, 22)})"), (-1, 22))
    np.testing.assert_allclose(errors, edited.errors[frames], atol=1.5)
    sent["edit"] = requests.largest()

    visitor.page.locator(".pipeline").scroll_into_view_if_needed()
    for step in (1502, 1700):  # the flow is drawn wherever the cursor goes
        visitor.js(f"studio.seek({step} / 5)")
        visitor.wait(f"document.querySelector('.pipeline').dataset.drawn === '{step}'")
    sent["flow"] = requests.largest()

    for name, command, settled in (
        ("pin", "'pin'", "studio.views.compared.words !== ''"),
        ("undo", "'undo'", "studio.views.edits.edits.length === 0"),
        (
            "alignment",
            "'set_alignment', {alignment: 'local'}",
            "studio.views.reconstruction.alignment === 'local'",
        ),
        ("layers", "'set_layers', {layers: [1, 1, 1, 0, 0, 0]}", "!studio.views.tokens.layers[5]"),
    ):
        visitor.js(f"studio.command({command})")
        visitor.wait(f"{settled} && studio.isSettled")
        sent[name] = requests.largest()
    pinned = edited.with_alignment("local")
    assert visitor.page.locator(".figure-b").inner_text() == f"B {shown(pinned.errors.mean())} mm"
    assert {name: size for name, size in sent.items() if size > MOST_KB[name]} == {}
