"""A learner in the page's lessons, and numbers as the lessons write them."""

import json

OUTCOME = ".lesson-part[data-part=outcome]"


class Learner:
    """Goes through the lesson that the visitor's page shows."""

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
        """All that the outcome says."""
        return self.page.locator(OUTCOME).inner_text()

    @property
    def asked(self):
        """The question."""
        return self.page.locator(".asked").inner_text()

    @property
    def options(self):
        """The answers to choose from: what they are sent as, and what they say."""
        choices = self.page.locator(".answer")
        return {one.locator("input").get_attribute("value"): one.inner_text() for one in choices.all()}

    @property
    def tables(self):
        """Captions of the outcome's tables."""
        return self.page.locator(f"{OUTCOME} caption").all_inner_texts()

    @property
    def remarks(self):
        """What is said beside the bars, for each row."""
        rows = self.page.locator(f"{OUTCOME} tbody tr").all()
        return ["".join(row.locator(".remark").all_inner_texts()) for row in rows]

    @property
    def gives(self):
        """The live numbers beside the formulas, for each that has one."""
        texts = self.page.locator(f"{OUTCOME} .formula strong").all_inner_texts()
        return [text.strip().removeprefix("Here: ").removesuffix(".") for text in texts]

    @property
    def standing(self):
        """How the things to do stand, in words."""
        return self.page.locator(".step-now").all_inner_texts()

    def again(self):
        self.button("Start again").click()
        self.page.locator(".said").wait_for(state="detached")
        self.visitor.settle()


def opening_encoded(library):
    """The clip and checkpoint that the page opens with."""
    clip, checkpoint = library.opening
    return library.encoded(library.clip(clip), checkpoint)


def shown(value):
    """Millimetres."""
    return f"{value:.0f} mm" if value >= 100 else f"{value:.1f} mm"


def length(value):
    """A length or squared length of latents."""
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def listed(values):
    """1, 2 and 3."""
    *first, last = [str(value) for value in values]
    return f"{', '.join(first)} and {last}" if first else last
