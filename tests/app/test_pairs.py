"""Two tables of tokens for the same clips, held against each other on the page's server side."""

import base64
import csv
import io

import numpy as np
import pytest

from rvqvae.statistics.token_pairs import compare_tokens
from rvqvae.tokens import TokenRow, TokenTable, write_tokens
from tests.app.page import Page

CODES = 64


@pytest.fixture
def page(visitor, tmp_path, rng):
    """A table of true tokens and one of predictions that get worse row by row, in another order."""
    true = [TokenRow(f"clip_{i}", rng.integers(0, CODES, (6, 20))) for i in range(30)]
    predicted = []
    for number, row in enumerate(true):
        tokens = np.array(row.tokens)
        tokens[number % 6, : number // 2] = (tokens[number % 6, : number // 2] + 1) % CODES
        predicted.append(TokenRow(row.id, tokens))
    predicted[3] = TokenRow("clip_3", np.full((6, 20), CODES + 5))  # codes that the checkpoint does not have
    predicted[4] = TokenRow("clip_4", np.delete(true[4].tokens, [5], axis=1))
    predicted[5] = TokenRow("nobody", predicted[5].tokens)
    page = Page(visitor)
    page.say("show_panel", panel="tables")
    for name, rows in (("true", true), ("predicted", predicted[::-1])):
        write_tokens(tmp_path / f"{name}.csv", TokenTable(rows))
        page.say("open_table", path=str(tmp_path / f"{name}.csv"), file_name=f"{name}.csv")
    page.true, page.predicted = true, predicted
    return page


def compare(page):
    keys = {one["title"]: one["key"] for one in page.views["tables"]["tables"]}
    page.say("compare_tables", predicted=keys["predicted.csv"], true=keys["true.csv"])
    assert page.notice == ""
    page.wait("table pairs")
    return page.views["table_pairs"]


def test_rows_are_paired_by_id_and_the_worst_come_first(page):
    view = compare(page)
    assert (view["matching"], view["only_predicted"], view["only_true"], view["pages"]) == (29, 1, 1, 2)
    checkpoint = page.visitor.workbench.encoded.checkpoint
    assert "code 69" in view["rows"][0]["problem"] or view["rows"][0]["damage_all"] is not None
    page.say("look_at_pairs", page=1)
    rows = view["rows"] + page.views["table_pairs"]["rows"]
    damages = [row["damage_all"] for row in rows if row["damage_all"] is not None]
    assert damages == sorted(damages, reverse=True)
    for row in rows:
        number = int(row["id"].removeprefix("clip_"))
        if number == 3:
            assert "has code 69" in row["problem"]
            continue
        expected = compare_tokens(checkpoint, page.predicted[number].tokens, page.true[number].tokens)
        assert row["damage_all"] == pytest.approx(expected.damage_all, abs=1e-3)
        assert row["agreement"] == expected.agreement.tolist()
    assert next(row["deleted"] for row in rows if row["id"] == "clip_4") == 1


def test_a_pair_stands_in_the_player_as_a_and_b_and_leaves_the_tables_as_they_are(page):
    view = compare(page)
    row = next(row for row in view["rows"] if row["id"] == "clip_29")
    page.say("open_pair", true=row["true"])
    assert page.notice == ""
    assert page.views["clip"]["title"] == "clip_29"
    assert page.views["compared"]["mean_error"] == pytest.approx(row["damage_all"], rel=1e-3)
    assert all(not table.edited for table in page.visitor.tables.kept.values())
    page.say("save_figure", figure="pairs", kind="csv")
    text = base64.b64decode(page.views["notification"]["base64"]).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 29
    assert rows[0]["id"] == view["rows"][0]["id"]


def test_an_edited_row_is_compared_as_it_is_now(page):
    compare(page)
    keys = {one["title"]: one["key"] for one in page.views["tables"]["tables"]}
    page.say("open_row", table=keys["true.csv"], row=0)
    page.say("set_code", region=[0, 0, 0, 9], code=1, repair=False)
    assert page.views["table_pairs"]["done"] is False
    view = compare(page)
    assert next(row for row in view["rows"] if row["id"] == "clip_0")["agreement"][0] < 1


def test_what_cannot_be_compared_is_a_sentence(page, tmp_path):
    keys = {one["title"]: one["key"] for one in page.views["tables"]["tables"]}
    page.say("compare_tables", predicted=keys["true.csv"], true=keys["true.csv"])
    assert "agrees with itself" in page.notice
    page.say("compare_tables", predicted="gone", true=keys["true.csv"])
    assert "open both first" in page.notice
    page.say("open_pair", true=0)
    assert "compare them again" in page.notice
    write_tokens(tmp_path / "other.csv", TokenTable([TokenRow("strange", page.true[0].tokens)] * 1))
    page.say("open_table", path=str(tmp_path / "other.csv"), file_name="other.csv")
    page.say("compare_tables", predicted=page.views["tables"]["shown"], true=keys["true.csv"])
    page.wait("table pairs")
    assert "no id in common" in page.job("table pairs")["words"]
