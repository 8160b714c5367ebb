"""Token tables as a person uses them: opened, a row edited, checked, saved; numbers are the library's."""

import numpy as np
import pytest

from rvqvae.statistics.token_pairs import compare_tokens
from rvqvae.tokens import TokenRow, TokenTable, check_submission, read_tokens, write_tokens

ROWS = 130


@pytest.fixture
def table(library, tmp_path):
    """Rows of real motion, joined to be long enough, and one with a run of one code."""
    checkpoint = library.checkpoint(library.opening[1])
    codes = checkpoint.config.num_embeddings
    layers = checkpoint.config.num_quantizers
    walk = checkpoint.encode(library.clip(library.opening[0]).features)
    rng = np.random.default_rng(4)
    rows = [TokenRow("walk/<b>twice</b>", np.tile(walk, 2)[:, :48], None, {"sentence": "Someone walks."})]
    for number in range(1, ROWS):
        tokens = rng.integers(0, codes, (layers, 40 + number % 7))
        rows.append(TokenRow(f"clip_{number}", tokens, None, {"sentence": f"Sentence {number}, short."}))
    rows[100].tokens[3, 4:30] = 17
    path = tmp_path / "signs.csv"
    write_tokens(path, TokenTable(rows))
    return path, rows


def open_table(visitor, path):
    visitor.page.locator("#upload-file").set_input_files(path)
    visitor.wait("studio.views.table_rows?.rows.length && studio.isSettled")


def open_row(visitor, row):
    visitor.page.click(f"[data-row='{row}'] .row-open")
    visitor.wait(f"studio.views.tables.open_row?.index === {row} && studio.isSettled")


def save(visitor, kind):
    with visitor.page.expect_download() as caught:
        visitor.page.click(f"[data-save-table={kind}]")
    path = caught.value.path()
    return path.rename(path.with_name(caught.value.suggested_filename))


def test_a_row_is_played_edited_and_saved(visitor, library, table):
    path, rows = table
    open_table(visitor, path)
    assert visitor.page.get_by_role("tab", name="Token tables").get_attribute("aria-selected") == "true"
    assert visitor.page.locator(".row-open").first.inner_text() == "walk/<b>twice</b>"
    open_row(visitor, 0)
    checkpoint = library.checkpoint(library.opening[1])
    assert visitor.js("studio.views.clip.frames") == 48 * checkpoint.config.downsampling_ratio
    assert visitor.figure("error") == "0.0"
    assert "Row of a table" in visitor.page.locator(".origin").inner_text()
    assert "No motion was recorded" in visitor.page.locator(".origin").inner_text()
    assert visitor.page.locator(".legend-ghost").inner_text() == "table's tokens"
    assert "no motion was recorded" in visitor.page.locator(".unrecorded").inner_text()
    assert visitor.js("studio.clock.playing")

    edited = rows[0].tokens.copy()
    edited[1, 6] = (edited[1, 6] + 1) % checkpoint.config.num_embeddings
    visitor.js("studio.selection.set({layer: 1, step: 6})")
    visitor.page.fill(".code-input", str(edited[1, 6]))
    visitor.page.keyboard.press("Enter")
    visitor.wait("studio.views.tables.edited === 1 && studio.isSettled")
    measure = library.encoded(library.clip(library.opening[0]), library.opening[1]).measure
    made, given = (measure.aligned(checkpoint.decode(tokens))["root"] for tokens in (edited, rows[0].tokens))
    error = measure.distances(made, given).mean()
    assert visitor.figure("error") == (f"{error:.0f}" if error >= 100 else f"{error:.1f}")
    assert visitor.page.locator("[data-row='0'] .row-mark.edited").is_visible()

    saved = save(visitor, "csv")
    assert saved.name == "signs.csv"
    before, after = path.read_text().split("\n"), saved.read_text().split("\n")
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [1]
    np.testing.assert_array_equal(read_tokens(saved).rows[0].tokens, edited)
    again = read_tokens(save(visitor, "json"))
    np.testing.assert_array_equal(again.rows[0].tokens, edited)
    np.testing.assert_array_equal(again.rows[77].tokens, rows[77].tokens)


def test_a_hostile_table_is_a_sentence_then_rows_are_found_and_a_finding_leads_to_its_token(
    visitor, table, tmp_path
):
    (tmp_path / "wide.csv").write_text("id," + "x," * 1_000_000)
    visitor.page.locator("#upload-file").set_input_files(tmp_path / "wide.csv")
    notice = visitor.page.locator(".notice")
    notice.wait_for(state="visible")
    assert "wide.csv: its first line is longer than" in notice.inner_text()
    assert visitor.js("studio.views.clip.recorded")

    path, _ = table
    visitor.page.get_by_role("tab", name="Token tables").click()
    visitor.page.locator("#table-file").set_input_files(path)
    visitor.wait("studio.views.table_rows?.rows.length && studio.isSettled")
    visitor.page.get_by_role("button", name="Next page of rows").click()
    visitor.wait("studio.views.table_rows.page === 1")
    visitor.page.fill(".table-search", "sentence 12,")
    visitor.wait("studio.views.table_rows.matching === 1")
    assert visitor.page.locator("tbody tr[data-row]").count() == 1

    visitor.page.click(".check-start")
    visitor.wait("studio.views.table_check?.state === 'done' && studio.isSettled")
    (expected,) = check_submission(path)
    assert expected.problem in visitor.page.locator(".check-finding").inner_text()
    assert visitor.page.locator(".tables-check .verdict").inner_text().startswith("Passes")
    visitor.page.click("[data-finding='0']")
    visitor.wait("studio.views.tables.open_row?.index === 100 && studio.isSettled")
    assert visitor.js("studio.selection.region") == [3, 3, expected.token, expected.token]
    assert visitor.js("document.activeElement.className") == "grid"
    seconds_per_step = visitor.js("studio.views.clip.ratio / studio.views.clip.fps")
    assert visitor.js("studio.clock.time") == pytest.approx(expected.token * seconds_per_step)
    assert visitor.page.locator("[data-row='100'][aria-current]").count() == 1


def test_predicted_tokens_stand_against_true_ones_the_worst_first(visitor, library, table):
    path, rows = table
    checkpoint = library.checkpoint(library.opening[1])
    predicted = [TokenRow(row.id, row.tokens.copy()) for row in rows[:4]]
    for number, row in enumerate(predicted):
        row.tokens[0, : 5 * number] = rows[number + 1].tokens[0, : 5 * number]
    write_tokens(path.with_name("predicted.csv"), TokenTable(predicted))
    for name in (path, path.with_name("predicted.csv")):
        open_table(visitor, name)
    expected = {
        row.id: compare_tokens(checkpoint, row.tokens, true.tokens)
        for row, true in zip(predicted, rows, strict=False)
    }
    visitor.page.click(".pairs-start")
    visitor.wait("studio.views.table_pairs?.done && studio.isSettled")
    order = sorted(expected, key=lambda name: -expected[name].damage_all)
    assert visitor.page.locator(".pairs-table .row-open").all_inner_texts() == order
    shown = visitor.page.locator(".pairs-table tbody tr").first.locator("td")
    assert shown.first.inner_text() == f"{expected[order[0]].damage_all:.1f}"
    assert f"{100 * expected[order[0]].agreement[0]:.0f}%" in shown.nth(1).inner_text()
    assert "126 true" in visitor.page.locator(".pairs-words").inner_text()
    visitor.page.set_viewport_size({"width": 400, "height": 860})
    heads = visitor.page.locator(".pairs-table thead th")
    assert (
        heads.nth(2).bounding_box()["x"] == shown.nth(1).bounding_box()["x"]
    )  # what a number is, on a phone too
    visitor.page.set_viewport_size({"width": 1440, "height": 900})

    visitor.page.locator(".pairs-table .row-open").first.click()
    visitor.wait(f"studio.views.clip.title === '{order[0]}' && studio.isSettled")
    b = visitor.js("studio.views.compared.mean_error")
    assert b == pytest.approx(expected[order[0]].damage_all, rel=1e-3)


def test_a_narrow_dark_page_holds_a_table(open_page, table):
    path, _ = table
    visitor = open_page(query="?__theme=dark", width=400, scheme="dark", reduced_motion="reduce")
    open_table(visitor, path)
    assert visitor.js("document.documentElement.scrollWidth") <= 400
    row = visitor.page.locator("[data-row='3']")
    box = row.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    row.locator(".row-open").focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait("studio.views.tables.open_row?.index === 3 && studio.isSettled")
    assert not visitor.js("studio.clock.playing")
