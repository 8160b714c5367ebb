"""What is wrong with a page for those who cannot see it, or use no mouse."""

from axe_playwright_python.sync_playwright import Axe

STANDARDS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],  # of the rest one example each, for what is right is almost everything
}


def violations(visitor):
    """What axe finds wrong, a line each: the rule, and the elements that break it."""
    visitor.settle()
    found = Axe().run(visitor.page, options=STANDARDS).response
    assert len(found["passes"]) > 10  # it did look
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
