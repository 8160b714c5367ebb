"""The page's first moments: it is alive before Gradio is, and goes on as it was when Gradio has come."""

import re

from tests.support.gestures import tokens_of

GRADIOS = re.compile(r"/assets/.*\.js")
OWN = "performance.getEntriesByType('resource').filter(({ name }) => /studio\\/|plotly|widgets/.test(name))"
BOXES = """['.stage', '.transport', '.tokens', '.edit-bar'].map((one) => {
  const { x, y, width, height } = document.querySelector(one).getBoundingClientRect();
  return [x, y, width, height];
})"""


class Gate:
    """Holds back what Gradio's page is made of."""

    def __init__(self, context):
        self.held = []
        context.route(GRADIOS, self.pass_or_hold)

    def pass_or_hold(self, route):
        if self.held is None:
            route.continue_()
        else:
            self.held.append(route)

    def open(self):
        held, self.held = self.held, None
        for route in held:
            route.continue_()


def test_it_plays_and_edits_before_gradio_and_goes_on_after(browser, url):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    gate, page = Gate(context), context.new_page()
    page.set_default_timeout(180_000)
    context.add_init_script("localStorage['rvq-motion-studio.view'] ??= 'studio'")
    page.goto(url, wait_until="commit")
    page.wait_for_selector("#studio[data-ready]")
    page.wait_for_function("studio.clock.time > 0.2")
    assert page.locator("gradio-app #studio").count() == 0
    page.evaluate("studio.clock.pause()")
    page.evaluate("studio.command('set_code', { region: [0, 0, 4, 4], code: 3, repair: false })")
    page.wait_for_function("studio.isSettled && studio.views.edits.edits.length === 1")
    page.locator(".grid").focus()
    page.wait_for_timeout(600)  # until words and numbers that follow an edit have come to rest
    page.wait_for_function("studio.isSettled")
    before = page.evaluate(BOXES)
    gate.open()
    page.locator("gradio-app #studio").wait_for()
    assert page.evaluate(BOXES) == before
    assert page.evaluate("document.activeElement.className") == "grid"
    assert page.evaluate(f"{OWN}.length") <= 12
    assert page.evaluate(f"{OWN}.some(({{ name }}) => name.includes('plotly'))") is False
    context.close()


def test_a_link_shows_its_state_and_nothing_before(open_page, browser, url):
    visitor = open_page()
    visitor.js("studio.command('set_code', { region: [0, 0, 4, 4], code: 3, repair: false })")
    visitor.js(
        "studio.command('make_link', { joints: studio.joints, time: 1, picture: studio.picture, tab: '' })"
    )
    visitor.wait("studio.views.notification.text")
    text = visitor.js("studio.views.notification.text")
    context = browser.new_context(color_scheme="dark")
    context.add_init_script(
        """new MutationObserver(() => {
          const root = document.querySelector('#studio[data-ready]');
          if (root && !window.first) window.first = studio.views.edits.edits.length;
        }).observe(document, { subtree: true, attributes: true, childList: true });"""
    )
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{url}?state={text}", wait_until="commit")
    page.wait_for_selector("#waiting", state="attached")
    assert page.locator("#waiting svg").count() == 0
    assert page.evaluate("document.body.className") == "dark"
    page.wait_for_selector("#studio[data-ready]")
    assert page.evaluate("window.first") == 1
    context.close()
    assert tokens_of(visitor)[0, 4] == 3
