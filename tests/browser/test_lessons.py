"""The challenge, links to lessons, progress, keys and phones, and the tour."""

import numpy as np
import pytest

from app.lessons.par import ladder
from rvqvae.evaluation.metrics import mpjpe_mm
from tests.support.axe import violations
from tests.support.learner import OUTCOME, Learner, shown


@pytest.fixture
def learner(open_page):
    """Opens a lesson by its own link."""
    return lambda lesson, **options: Learner(open_page(query=f"?lesson={lesson}", **options))


def test_the_challenge_its_link_and_that_progress_stays_in_the_browser(learner, encoded, open_page):
    play = learner("challenge")
    goal = ladder(encoded)
    decoded = encoded.checkpoint.decode(encoded.tokens, range(goal.layers), length=encoded.frames)
    error = mpjpe_mm(decoded, encoded.clip.features, "root")
    bits = goal.layers * np.log2(encoded.num_codes)
    rate = f"{bits * encoded.clip.fps / encoded.ratio:.1f} bit/s"
    assert f"at {shown(goal.target_mm)} or less" in play.page.locator(".step").inner_text()
    assert play.page.locator(".step.done").count() == 0  # nothing was done yet
    assert play.page.locator(OUTCOME).is_hidden()
    play.button(f"Keep the first {goal.layers} layers").click()
    play.visitor.settle()
    rows = play.settles(right=None)
    assert [rows[0][1], rows[-1][1]] == [rate, rate]
    assert play.standing == [f"{shown(error)} with {rate}"]
    assert "Score 50." in play.text  # one click is no full score
    play.visitor.wait("document.querySelector('.best-score').textContent.includes('browser: 50.')")
    best = play.page.locator(".best-score a").get_attribute("href")
    play.page.reload()
    play = Learner(play.visitor)
    play.button("All lessons").click()
    finished = play.page.locator(".lesson-choice", has_text="finished")
    finished.wait_for()
    assert finished.get_attribute("data-lesson") == "challenge"
    play.page.goto(best)  # the tokens that had it come back
    play = Learner(play.visitor)
    play.settles(right=None)
    assert play.gives == [f"{bits:.2f} bits a step"]
    play.button("Link to this score").click()
    play.visitor.wait("document.querySelector('.score-link').value.includes('lesson=challenge')")
    link = play.page.locator(".score-link").input_value()
    other = Learner(open_page(query="?" + link.split("?", 1)[1]))
    other.settles(right=None)
    assert "Score 50." in other.text
    play.layers()
    play.page.locator(OUTCOME).wait_for(state="hidden")


def test_a_teachers_link_hides_the_rest_and_sets_the_clip(open_page, library):
    visitor = open_page(query="?lesson=4&only=lesson&clip=kick&checkpoint=" + library.opening[1])
    visitor.wait("studio.views.clip.key === 'kick' && studio.views.lesson.open")
    hidden = visitor.page.locator(
        ".panel.trajectories, .panel.pipeline, .second, .choices, .guide, .view-switch"
    )
    assert hidden.count() == 6
    assert not any(one.is_visible() for one in hidden.all())
    for part in (".panel.player", ".panel.tokens", ".panel.lab", ".panel.lessons"):
        assert visitor.page.locator(part).is_visible(), part
    assert not visitor.page.get_by_role("button", name="Close the lessons").is_visible()  # to nothing


def test_bad_links_say_so_and_the_page_lives(open_page):
    visitor = open_page(query="?lesson=77&clip=nothing")
    visitor.settle()
    visitor.page.locator(".notice").wait_for()
    assert "There is no lesson '77'" in visitor.page.locator(".notice").inner_text()
    assert visitor.js("studio.views.clip.key") != "nothing"


def test_a_lesson_on_a_narrow_dark_page_by_keys_alone(learner):
    three = learner(3, width=400, height=800, scheme="dark")
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
    assert one.visitor.js("document.documentElement.scrollWidth") <= 400
    one.commits(one.page.locator("[name=lesson-answer]").first.get_attribute("value"))
    one.button("Show me where").first.tap()
    one.visitor.wait("""(() => {
      const { top, bottom } = document.querySelector('.panel.tokens').getBoundingClientRect();
      return top < innerHeight / 2 && bottom > innerHeight / 4;
    })()""")
    one.visitor.wait("""new Promise((still) => {
      const before = scrollY;
      setTimeout(() => still(scrollY === before), 300);
    })""")
    one.button("Back to the lesson").tap()
    one.visitor.wait("document.querySelector('.lesson-head').getBoundingClientRect().top >= 0")
    assert one.visitor.js("document.documentElement.scrollWidth") <= 400


def test_the_tour_shows_three_acts_and_lets_the_visitor_do_each(open_page):
    visitor = open_page(view="studio", reduced_motion="reduce")
    page = visitor.page
    page.get_by_role("button", name="One-minute tour").click()
    card = page.get_by_role("dialog", name="Tour")
    done = card.locator(".tour-done")

    def go_on(name):
        card.get_by_role("button", name=name, exact=True).click()
        visitor.settle()

    visitor.wait("studio.isSettled && !studio.views.tokens.layers[0]")
    go_on("Now you")
    assert visitor.js("studio.views.tokens.layers.every(Boolean)")
    assert done.is_hidden()
    page.get_by_role("switch", name="Layer 3").click()
    done.wait_for()
    go_on("Next act")
    assert visitor.js("studio.views.edits.edits.at(-1).kind") == "random"
    go_on("Now you")
    assert visitor.js("studio.views.edits.edits.length") == 0
    page.get_by_role("button", name="Scramble tokens").click()
    done.wait_for()
    go_on("Next act")
    assert visitor.js("studio.views.edits.edits.at(-1).repair")
    go_on("Now you")
    assert page.locator(".scramble.ringed").count() == 1
    assert violations(visitor) == []
    page.get_by_role("button", name="Repair", exact=True).click()
    done.wait_for()
    go_on("To the lessons")
    card.wait_for(state="detached")
    assert page.locator("#studio").get_attribute("data-view") == "studio"
    assert page.locator(".lesson-choice").count() == 9
    assert visitor.js("studio.views.tokens.layers.every(Boolean)")
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
