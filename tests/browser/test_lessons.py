"""Each lesson to its end as a learner goes through it, wrong answer and right, by the library's numbers."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest

from app.edits import Region, SetCode
from app.lessons import lesson1_snap as snap
from app.lessons import lesson2_left as left
from app.lessons.damage import DAMAGES
from app.workbench import Workbench
from rvqvae.metrics import joint_errors_mm, mpjpe_mm
from rvqvae.statistics import estimate_entropy, layer_lattice

OUTCOME = ".lesson-part[data-part=outcome]"


@pytest.fixture
def take(library):
    clip, checkpoint = library.opening
    return library.take(library.clip(clip), checkpoint)


@pytest.fixture
def learner(open_page):
    """Opens a lesson by its own link."""
    return lambda lesson, **options: Learner(open_page(query=f"?lesson={lesson}", **options))


class Learner:
    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page
        self.page.locator(".lesson-head h2").wait_for()
        visitor.settle()
        visitor.js("studio.clock.pause()")

    def button(self, name, exact=True):
        return self.page.get_by_role("button", name=name, exact=exact)

    def commits(self, answer):
        """Give an answer; before it nothing to do is shown, and nothing settled."""
        assert self.page.locator(".lesson .step").count() == 0
        assert self.page.locator(OUTCOME).is_hidden()
        field = self.page.locator("[name=lesson-answer]")
        if field.first.get_attribute("type") == "radio":
            self.page.locator(f"[name=lesson-answer][value='{answer}']").check()
        else:
            field.fill(answer)
        self.button("Commit to this answer").click()
        self.page.locator(".said").wait_for()
        self.visitor.settle()

    def layers(self, *on):
        """Switch layers as a person does, one switch after the other."""
        count = self.visitor.js("studio.views.tokens.layers.length")
        for layer in range(1, count + 1):
            switch = self.page.get_by_role("switch", name=f"Layer {layer}")
            if (switch.get_attribute("aria-checked") == "true") != (layer in on):
                switch.click()
                self.visitor.settle()

    def settles(self, right):
        """The outcome's rows of texts, one list for all its tables."""
        self.page.locator(f"{OUTCOME} .verdict[data-right={json.dumps(right)}]").wait_for()
        rows = self.page.locator(f"{OUTCOME} tbody tr")
        return [
            [text.strip() for text in rows.nth(i).locator("th, td:not(.bar)").all_inner_texts()]
            for i in range(rows.count())
        ]

    @property
    def text(self):
        return self.page.locator(OUTCOME).inner_text()

    def again(self):
        self.button("Start again").click()
        self.page.locator(".said").wait_for(state="detached")
        self.visitor.settle()


def shown(value):
    return f"{value:.0f} mm" if value >= 100 else f"{value:.1f} mm"


def test_lesson_1_by_mouse_and_by_keys(learner, take):
    one = learner(1)
    codes, places, _ = snap.plane_of(take)
    right = str(snap.nearest_at_opening(take))
    options = [o.get_attribute("value") for o in one.page.locator("[name=lesson-answer]").all()]
    assert right in options
    one.commits(next(option for option in options if option != right))
    drawing = one.page.locator(".snap").bounding_box()
    far = places[np.linalg.norm(places - snap.opening_point(take), axis=1).argmax()]
    spots = one.page.locator(".snap circle.code")
    target = spots.nth(int(np.flatnonzero((places == far).all(axis=1))[0])).bounding_box()
    mouse = one.page.mouse
    mouse.move(drawing["x"] + drawing["width"] / 2, drawing["y"] + drawing["height"] / 2)
    mouse.down()
    mouse.move(target["x"] + target["width"] / 2, target["y"] + target["height"] / 2, steps=5)
    mouse.up()
    one.page.locator(".step.done").first.wait_for()
    one.button("Show me where").click()
    one.settles(right=False)

    x = np.array(one.visitor.js("studio.views.lesson.picture.point"))
    gaps = np.linalg.norm(places - x, axis=1)
    expected = [[f"code {codes[i]}", f"{gaps[i]:.2f}"] for i in np.argsort(gaps, kind="stable")]
    drawn = one.page.locator(".snap-list li")
    assert [
        [row.locator("span").inner_text(), row.locator("output").inner_text()] for row in drawn.all()
    ] == expected
    step = one.visitor.js("studio.selection.anchor.step")
    distance = np.linalg.norm(take.codebook(0).numpy() - take.latent[:, step].numpy()[:, None], axis=0)
    assert f"chose code {take.tokens[0, step]}, {distance.min():.2f} from the latent" in one.text

    one.again()
    one.commits(right)
    assert one.page.locator(".step.done").count() == 1  # the token is selected already
    one.page.locator(".grip").focus()
    for _ in range(60):
        one.page.keyboard.press("ArrowRight")
    one.page.wait_for_timeout(400)
    if one.page.locator(".step.done").count() < 2:
        for _ in range(90):
            one.page.keyboard.press("ArrowLeft")
    one.settles(right=True)


def test_lesson_2(learner, take):
    two = learner(2)
    step = left.telling_step(take)
    frames = slice(take.ratio * step, take.ratio * (step + 1))
    decoded = [take.checkpoint.decode(take.tokens, range(k), length=take.frames) for k in range(1, 7)]
    errors = [joint_errors_mm(d, take.clip.features, "root")[frames].mean() for d in decoded]
    whole = [mpjpe_mm(d, take.clip.features, "root") for d in decoded]
    risen = sum(b > a for a, b in pairwise(errors))
    right = "more" if risen > 1 else str(risen)
    for answer in ("1" if right != "1" else "0", right):
        two.commits(answer)
        for count in range(1, 7):
            two.button(f"Keep the first {count} layers").click()
            two.visitor.settle()
        rows = two.settles(answer == right)
        assert [row[2] for row in rows] == [shown(error) for error in errors]
        assert [row[3] for row in rows] == [shown(error) for error in whole]
        assert two.page.locator(f"{OUTCOME} .remark").count() == risen
        assert two.page.locator(f"{OUTCOME} math").count() == 2
        if answer != right:
            two.again()


def test_lesson_3(learner, take):
    three = learner(3)
    order = (3, 6, 1, 5, 2, 4)
    for answer, right in (("stored", False), ("power", True)):
        three.commits(answer)
        three.layers()
        for count in range(1, 7):
            three.layers(*order[:count])
        rows = three.settles(right)
        size, layers = take.num_codes, take.num_layers
        written = len({tuple(column) for column in take.tokens.T})
        assert [row[1] for row in rows] == [f"{size * layers:,}", f"{size**layers:,}", str(written)]
        assert "3, 6, 1, 5, 2 and 4" in three.text
        if not right:
            three.again()


def test_lesson_4_in_the_laboratory(learner, take):
    four = learner(4)
    scores = layer_lattice(take.checkpoint, take.clip.features, take.tokens)
    errors = {score.layers: score.root_mm for score in scores}
    ranked = sorted(errors.values())
    right = "many" if errors[1, 3, 4, 5, 6] < errors[1, 2] else "few"
    for answer in ("many" if right == "few" else "few", right):
        four.commits(answer)
        for layer in (6, 2, 1):
            four.layers(*(v for v in range(1, 7) if v != layer))
        four.button("Show me where").last.click()
        rows = four.settles(answer == right)
        for row, layers in zip(
            rows[1:], [(1, 2, 3, 4, 5), (1, 3, 4, 5, 6), (2, 3, 4, 5, 6), (1, 2)], strict=True
        ):
            assert row[1] == shown(errors[layers])
            assert re.match(r"\d+", row[2]).group() == str(ranked.index(errors[layers]) + 1)
        if answer != right:
            four.again()


def test_lesson_5_in_the_laboratory(learner, take):
    five = learner(5)
    for answer, right in (("motion", False), ("correlation", True)):
        five.commits(answer)
        for show in five.button("Show me where").all():
            show.click()
        rows = five.settles(right)
        correlation = np.corrcoef(take.tokens[:2])[0, 1]
        assert rows[0][1] == f"{correlation:+.2f}"
        assert rows[3][2] == "0.0 mm"
        if not right:
            five.again()


def test_lesson_6(learner, take):
    six = learner(6)
    step = take.tokens.shape[1] // 2
    code, moved = int(take.tokens[0, step]), "4"
    for right in (False, True):
        six.commits(moved)
        six.button("Show me where").click()
        six.visitor.wait(f"studio.selection.anchor.step === {step}")
        before = take.tokens.copy()
        before[0, step] = code
        code = (code + 100) % take.num_codes
        field = six.page.get_by_label("Code for the selected tokens")
        field.fill(str(code))
        field.press("Enter")
        rows = six.settles(right)
        after = take.tokens.copy()
        after[0, step] = code
        decoded = [take.checkpoint.decode(tokens, length=take.frames) for tokens in (before, after)]
        moved = str((decoded[0] != decoded[1]).any(axis=1).sum())
        bench = Workbench.of(take)
        edited = bench.edit(SetCode(Region(0, 0, step, step), False, code))
        first, stop = edited.decoding.frames_that_may_differ(bench.decoding)
        assert [row[1] for row in rows] == [str(take.ratio), str(stop - first), moved]
        if not right:
            six.again()


def test_lesson_7(learner, take, library):
    seven = learner(7)
    counts = take.checkpoint.usage
    if counts is None:
        pytest.skip("this checkpoint records no use over its training data")
    entropies = [estimate_entropy(row).corrected_bits for row in counts]
    share = sum(entropies) / (len(counts) * np.log2(take.num_codes))
    right = "all" if share > 0.995 else "most" if share >= 0.9 else "less"
    keys = [take.clip.key, *[key for key in library.clips if key != take.clip.key][:3]]
    tokens = np.concatenate(
        [library.take(library.clip(key), take.checkpoint_key).tokens for key in keys], axis=1
    )
    for answer in (next(a for a in ("all", "less") if a != right), right):
        seven.commits(answer)
        for _ in range(3):
            seven.button("Add a clip").click()
            seven.visitor.settle()
        rows = seven.settles(answer == right)
        seen = estimate_entropy(np.bincount(tokens[0])).corrected_bits
        assert rows[3] == ["4", f"{tokens.shape[1]:,}", str(len(set(tokens[0]))), f"{seen:.2f} bits"]
        healthy, collapsed = rows[4 : 4 + len(counts)], rows[4 + len(counts) :]
        for layer, row in enumerate(healthy):
            assert row[1] == f"{(counts[layer] > 0).sum()} of {take.num_codes}"
            assert row[3] == f"{entropies[layer]:.2f} bits"
        beside = library.checkpoint("as-described").usage
        assert [row[1] for row in collapsed] == [f"{(u > 0).sum()} of {take.num_codes}" for u in beside]
        assert f"It needs {share:.1%} of the plain rate" in seven.text
        if answer != right:
            seven.again()


def test_lesson_8_leaves_the_checkpoint_as_it_was(learner, take):
    eight = learner(8)
    label, damage = DAMAGES["normalisation"]
    broken = damage(take.checkpoint)
    eight.commits("error")
    eight.button(label).click()
    eight.visitor.wait("studio.views.session.checkpoint.startsWith('own-lesson-')")
    eight.button("Show me where").last.click()
    rows = eight.settles(right=False)
    motion = take.clip.features
    decoded = broken.decode(broken.encode(motion), length=take.frames)
    assert rows[0][1] == shown(take.errors_by_layers["root"][-1])
    assert rows[1][1] == shown(mpjpe_mm(decoded, motion, "root"))
    finding = eight.visitor.js("studio.views.doctor.report.findings[0]")
    assert finding["check"] == "normalisation_twice"
    assert finding["message"] in eight.text
    assert eight.page.locator("#tab-doctor").get_attribute("aria-selected") == "true"
    eight.again()
    eight.visitor.wait(f"studio.views.session.checkpoint === '{take.checkpoint_key}'")
    eight.commits("silence")
    eight.button(label).click()
    eight.settles(right=True)  # the doctor has seen this copy before
    eight.button("Close the lessons").click()
    eight.visitor.wait(f"studio.views.session.checkpoint === '{take.checkpoint_key}'")
    assert eight.page.locator("#checkpoint-select option[value^=own-lesson]").count() == 0


def test_the_challenge_and_its_link(learner, take, open_page):
    play = learner("challenge")
    count = (take.num_layers + 1) // 2
    target = take.errors_by_layers["root"][count - 1]
    assert shown(target) in play.page.locator(".step").inner_text()
    play.button(f"Keep the first {count} layers").click()
    rows = play.settles(right=None)
    assert rows[1][1] == f"{count * np.log2(take.num_codes) * take.clip.fps / take.ratio:.1f} bit/s"
    assert "Score 100." in play.text
    play.button("Link to this score").click()
    play.visitor.wait("document.querySelector('.score-link').value.includes('lesson=challenge')")
    link = play.page.locator(".score-link").input_value()
    other = Learner(open_page(query="?" + link.split("?", 1)[1]))
    other.settles(right=None)
    assert "Score 100." in other.text
    play.layers()
    play.page.locator(OUTCOME).wait_for(state="hidden")


def test_a_teachers_link_hides_the_rest_and_sets_the_clip(open_page, library):
    visitor = open_page(query="?lesson=4&only=lesson&clip=kick&checkpoint=" + library.opening[1])
    visitor.wait("studio.views.clip.key === 'kick' && studio.views.lesson.open")
    hidden = visitor.page.locator(".panel.trajectories, .second, .choices, .guide")
    assert hidden.count() == 4
    assert not any(one.is_visible() for one in hidden.all())
    for part in (".panel.player", ".panel.tokens", ".panel.deck", ".panel.lessons"):
        assert visitor.page.locator(part).is_visible(), part
    assert not visitor.page.get_by_role("button", name="Close the lessons").is_visible()  # to nothing


def test_bad_links_say_so_and_the_page_lives(open_page):
    visitor = open_page(query="?lesson=77&clip=nothing")
    visitor.settle()
    visitor.page.locator(".notice").wait_for()
    assert "There is no lesson '77'" in visitor.page.locator(".notice").inner_text()
    assert visitor.js("studio.views.clip.key") != "nothing"


def test_progress_stays_in_the_browser(learner, take):
    play = learner("challenge")
    play.button(f"Keep the first {(take.num_layers + 1) // 2} layers").click()
    play.settles(right=None)
    play.page.reload()
    again = Learner(play.visitor)
    again.button("All lessons").click()
    finished = again.page.locator(".lesson-choice", has_text="finished")
    finished.wait_for()
    assert finished.get_attribute("data-lesson") == "challenge"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lesson_on_a_phone_by_keys_alone(learner, scheme):
    three = learner(3, width=400, height=800, scheme=scheme)
    page = three.page
    assert three.visitor.js("document.documentElement.scrollWidth") <= 400
    assert three.visitor.js("document.activeElement.tagName") == "H2"
    page.keyboard.press("Tab")  # All lessons
    page.keyboard.press("Tab")  # close
    page.keyboard.press("Tab")  # the answers
    page.keyboard.press("Space")
    assert page.locator("[name=lesson-answer]:checked").count() == 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".said").wait_for()
    show = three.button("Show me where").first
    show.focus()
    page.keyboard.press("Enter")
    three.button("Back to the lesson").wait_for()
    three.button("Back to the lesson").focus()
    page.keyboard.press("Enter")
    assert three.visitor.js("document.activeElement.tagName") == "H2"
    assert three.visitor.js("document.documentElement.scrollWidth") <= 400


def test_what_a_lesson_points_at_comes_into_sight_on_a_phone(learner):
    one = learner(1, width=400, height=800, has_touch=True)
    one.commits(one.page.locator("[name=lesson-answer]").first.get_attribute("value"))
    one.button("Show me where").first.tap()
    one.visitor.wait("""(() => {
      const { top, bottom } = document.querySelector('.panel.tokens').getBoundingClientRect();
      return top < innerHeight / 2 && bottom > innerHeight / 4;
    })()""")
    one.button("Back to the lesson").tap()
    one.visitor.wait("document.querySelector('.lesson-head').getBoundingClientRect().top >= 0")


def test_the_tour_is_offered_once(visitor):
    page = visitor.page
    page.get_by_role("button", name="One-minute tour").click()
    card = page.get_by_role("dialog", name="Tour")
    stops = int(card.locator(".label").inner_text().split(" of ")[1])
    for _ in range(stops - 1):
        assert page.locator(".ringed").count() >= 1
        card.get_by_role("button", name="Next").click()
    card.get_by_role("button", name="To the lessons").click()
    card.wait_for(state="detached")
    assert page.locator(".lesson-choice").count() == 9
    page.reload()
    page.wait_for_selector("#studio[data-ready]")
    assert page.get_by_role("button", name="One-minute tour").count() == 0


def test_the_tour_can_be_declined_for_good(visitor):
    page = visitor.page
    page.get_by_role("button", name="No, thanks").click()
    assert page.locator(".tour-offer").count() == 0
    page.reload()
    page.wait_for_selector("#studio[data-ready]")
    assert page.locator(".tour-offer").count() == 0
