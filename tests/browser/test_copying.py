"""Code that the page puts into the clipboard: of an edit, and of every figure of the laboratory."""

import json

import numpy as np

from app.lab.python_code import python_of
from app.rooms import FIGURES, TABS
from app.visitor import Visitor
from tests.support.paths import ROOT

DROP = {"region": [1, 2, 3, 5], "code": -1, "repair": False}


def copied(visitor, click):
    """What one click on a button puts there, if not a sentence that says why not."""
    before = visitor.js("studio.views.notification?.number ?? -1")
    click()
    visitor.settle()
    if visitor.js("studio.views.notification?.number ?? -1") == before:
        return None
    visitor.wait("navigator.clipboard.readText().then((text) => text === studio.views.notification.text)")
    return visitor.js("navigator.clipboard.readText()")


def test_an_edit_and_every_figure_are_copied_as_code_that_does_the_same(
    open_page, library, tmp_path, monkeypatch, capsys
):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.js(f"studio.command('set_code', {json.dumps(DROP)})")
    page.settle()
    page.page.get_by_role("button", name="Share").click()
    code = copied(page, page.page.get_by_role("button", name="Copy as Python").click)
    monkeypatch.chdir(ROOT)
    ran = {}
    exec(compile(code, "copied.py", "exec"), ran)
    same = Visitor(library, tmp_path)
    same.apply({"name": "set_code", **DROP})
    assert np.array_equal(ran["tokens"], same.workbench.tokens)
    assert f"{float(capsys.readouterr().out.split()[0]):.1f}" == page.figure("error")

    figures = set()
    for tab in TABS:
        page.js(f"studio.showTab('{tab.name}')")
        page.settle()
        for button in page.page.locator(f"#tab-panel-{tab.name} [data-copy-python]").all():
            figures.add(copied(page, lambda one=button: one.evaluate("(button) => button.click()")))
    # Of the analyses of clip and data set the page opens with the latter, and copies what it shows.
    assert figures == {python_of(same, figure) for figure in FIGURES if not figure.endswith("-clip")}
