"""The challenge, links to lessons, progress, keys and phones, and the tour."""

import numpy as np
import pytest

from rvqvae.metrics import mpjpe_mm
from tests.browser.learner import OUTCOME, Learner, opening_take, shown


@pytest.fixture
def take(library):
    return opening_take(library)


@pytest.fixture
def learner(open_page):
    """Opens a lesson by its own link."""
    return lambda lesson, **options: Learner(open_page(query=f"?lesson={lesson}", **options))


def test_the_challenge_and_its_link(learner, take, open_page):
    play = learner("challenge")
    count = (take.num_layers + 1) // 2
    motion = take.clip.features
    decoded = [take.checkpoint.decode(take.tokens, range(k), length=take.frames) for k in range(1, count + 1)]
    errors = [mpjpe_mm(one, motion, "root") for one in decoded]
    target = shown(errors[-1])
    bits = count * np.log2(take.num_codes)
    rate = f"{bits * take.clip.fps / take.ratio:.1f} bit/s"
    assert f"to {target} or less" in play.page.locator(".step").inner_text()
    play.button(f"Keep the first {count} layers").click()
    play.visitor.settle()
    rows = play.settles(right=None)
    assert min(errors[:-1]) > errors[-1]  # or fewer layers would be the measure
    assert [row[1] for row in rows] == [rate, rate]
    assert play.standing == [f"{target} with {rate}"]
    assert "Score 100." in play.text
    assert play.gives == [f"{bits:.2f} bits a step"]
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
    one.visitor.wait("""new Promise((still) => {
      const before = scrollY;
      setTimeout(() => still(scrollY === before), 300);
    })""")
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
