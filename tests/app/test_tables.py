"""Token tables on the page's server side, held against the library."""

import json
import time

import numpy as np
import pytest

from app.catalog.library import Library
from app.connection import Connection
from app.tables.open_tables import OPEN_TABLES, PAGE_ROWS
from app.visitor import Visitor
from rvqvae import RVQVAE, RVQVAEConfig, save_checkpoint
from rvqvae.tokens import TokenRow, TokenTable, check_submission, read_sheet, read_tokens, write_tokens
from tests.app.page import Page
from tests.support.checkpoints import write_checkpoint

CODES = 64  # of the test checkpoints


@pytest.fixture
def page(visitor):
    page = Page(visitor)
    page.say("show_panel", panel="tables")
    return page


@pytest.fixture
def rows(rng):
    return [
        TokenRow(f"clip_{i}", rng.integers(0, CODES, (6, 40 + i)), None, {"sentence": f"Sentence {i}."})
        for i in range(60)
    ]


@pytest.fixture
def opened(page, rows, tmp_path):
    write_tokens(tmp_path / "mine.csv", TokenTable(rows))
    page.say("open_table", path=str(tmp_path / "mine.csv"), file_name="mine.csv")
    assert page.notice == ""
    return page


def open_row(page, row, **values):
    page.say("open_row", table=page.views["tables"]["shown"], row=row, **values)


def open_text(page, tmp_path, text, name="t.csv"):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    page.say("open_table", path=str(tmp_path / name), file_name=name)


def saved(page, kind):
    page.say("save_table", kind=kind, request=page.number)
    asked = page.number - 1
    page.wait("table file")
    page.say("save_table", kind=kind, request=asked)
    assert page.notice == ""
    notification = page.views["notification"]
    folder = next(job.result[1] for name, job in page.visitor.jobs._jobs.items() if name == "table file")
    assert notification["kind"] == "file"
    assert notification["name"] == folder.name
    return folder


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_a_table_opens_from_the_menu_of_the_visitors_files_and_shows_its_rows(page, rows, tmp_path, suffix):
    path = tmp_path / f"mine{suffix}"
    write_tokens(path, TokenTable(rows))
    page.say("open_file", path=str(path), file_name=f"../<b>{path.name}")
    assert page.notice == ""
    assert page.views["notification"]["tab"] == "tables"
    assert page.views["tables"]["rows"] == 60
    assert page.views["tables"]["tables"][0]["title"] == f"<b>{path.name}"
    shown = page.views["table_rows"]["rows"]
    assert len(shown) == PAGE_ROWS
    for index, row in enumerate(shown):
        assert (row["number"], row["id"], row["steps"]) == (index + 2, f"clip_{index}", 40 + index)
        assert row["frames"] == 4 * (40 + index)
        assert row["problem"] == ""
        assert row["codes"].startswith(" ".join(map(str, rows[index].tokens[0, :6])))
    if suffix != ".npz":
        assert shown[3]["words"] == "Sentence 3."


def test_the_row_before_and_the_next_are_a_step_away_past_what_cannot_be_decoded(page, rows, tmp_path):
    rows[2].tokens[0, 0] = CODES  # a code that the checkpoint does not have
    write_tokens(tmp_path / "mine.csv", TokenTable(rows))
    page.say("open_table", path=str(tmp_path / "mine.csv"), file_name="mine.csv")
    page.say("step_row", by=1)
    assert "No row of an open table is in the player" in page.notice
    page.say("look_in_table", text="", page=1)
    open_row(page, 1)
    for by, title in ((1, "clip_3"), (1, "clip_4"), (-1, "clip_3"), (-1, "clip_1")):
        page.say("step_row", by=by)
        assert (page.notice, page.views["clip"]["title"]) == ("", title)
    assert page.views["table_rows"]["page"] == 0
    page.say("look_in_table", text="clip_5", page=0)
    page.say("step_row", by=1)
    assert page.views["clip"]["title"] == "clip_5"
    open_row(page, 59)
    page.say("step_row", by=1)
    assert "the last of these rows" in page.notice


def test_rows_are_found_by_id_and_sentence_page_by_page(opened):
    opened.say("look_in_table", text="SENTENCE 4", page=0)
    found = opened.views["table_rows"]
    assert [row["number"] for row in found["rows"]] == [6, *range(42, 52)]
    assert (found["matching"], found["of"], found["pages"]) == (11, 60, 1)
    opened.say("look_in_table", text="clip_", page=99)
    found = opened.views["table_rows"]
    assert (found["page"], found["first"], len(found["rows"])) == (2, 50, 10)
    opened.say("look_in_table", text="", which="edited")
    assert opened.views["table_rows"]["rows"] == []
    opened.say("look_in_table", which="odd")
    assert "no 'odd' rows" in opened.notice


def test_ten_thousand_rows_open_quickly_and_little_is_sent(page, rng, tmp_path):
    rows = [
        TokenRow(f"r{i}", rng.integers(0, CODES, (6, 40)), None, {"sentence": "word " * 60})
        for i in range(10_000)
    ]
    write_tokens(tmp_path / "big.csv", TokenTable(rows))
    before = time.process_time()
    page.say("open_table", path=str(tmp_path / "big.csv"), file_name="big.csv")
    page.say("look_in_table", text="R999", page=0)
    assert time.process_time() - before < 5
    assert page.views["table_rows"]["matching"] == 11
    page.say("look_in_table", text="word", page=200)
    assert len(json.dumps(page.views["table_rows"])) < 20_000
    page.say("open_row", table=page.views["tables"]["shown"], row=9_999)
    np.testing.assert_array_equal(page.visitor.workbench.tokens, rows[9_999].tokens)


def test_a_row_is_its_tokens_decoded_and_says_so(opened, rows, library):
    open_row(opened, 7)
    bench, checkpoint = opened.visitor.workbench, library.checkpoint("first")
    np.testing.assert_array_equal(bench.tokens, rows[7].tokens)
    np.testing.assert_array_equal(bench.decoding.features, checkpoint.decode(rows[7].tokens))
    clip = opened.views["clip"]
    assert (clip["title"], clip["recorded"], clip["reference"]) == ("clip_7", False, "table's tokens")
    assert clip["source"].startswith("row 9 (clip_7) of mine.csv. No motion was recorded")
    assert clip["frames"] == 4 * 47
    assert opened.views["reconstruction"]["mean_error"] == 0
    assert opened.views["tables"]["open_row"]["index"] == 7
    assert opened.views["library"]["table_rows"][0]["title"] == "clip_7"
    opened.say("set_layers", layers=[True] + [False] * 5)
    coarse = checkpoint.decode(rows[7].tokens, [0])
    expected = bench.encoded.measure.distances(
        bench.encoded.measure.aligned(coarse)["root"],
        bench.encoded.measure.aligned(checkpoint.decode(rows[7].tokens))["root"],
    )
    assert opened.views["reconstruction"]["mean_error"] == pytest.approx(expected.mean())


def test_repair_quantizes_what_the_sum_of_the_codes_leaves(opened, rows, library):
    open_row(opened, 2)
    opened.say("set_code", region=[0, 0, 5, 5], code=3, repair=True)
    layers = library.checkpoint("first").model.quantizer.layers
    codes = [layer.embedding.numpy() for layer in layers]
    left = sum(code[:, token] for code, token in zip(codes, rows[2].tokens[:, 5], strict=True))
    left = left - codes[0][:, 3]
    for layer in range(1, 6):
        nearest = np.linalg.norm(codes[layer] - left[:, None], axis=0).argmin()
        assert opened.visitor.workbench.tokens[layer, 5] == nearest
        left = left - codes[layer][:, nearest]


def test_edits_go_back_into_the_table_and_nothing_else_changes_in_its_file(opened, rows, tmp_path):
    open_row(opened, 7)
    old = int(rows[7].tokens[2, 3])
    opened.say("set_code", region=[2, 2, 3, 3], code=(old + 1) % CODES, repair=False)
    assert opened.views["tables"]["edited"] == 1
    assert opened.views["tables"]["unsaved"]
    assert [row["index"] for row in opened.views["table_rows"]["rows"] if row["edited"]] == [7]
    open_row(opened, 8)
    lines = (tmp_path / "mine.csv").read_text().split("\n")
    again = saved(opened, "csv").read_text().split("\n")
    assert not opened.views["tables"]["unsaved"]
    changed = [index for index, (a, b) in enumerate(zip(lines, again, strict=True)) if a != b]
    assert changed == [8]
    expected = rows[7].tokens.copy()
    expected[2, 3] = (old + 1) % CODES
    for kind in ("csv", "json", "npz"):
        table = read_tokens(saved(opened, kind))
        np.testing.assert_array_equal(table.rows[7].tokens, expected)
        np.testing.assert_array_equal(table.rows[8].tokens, rows[8].tokens)
    open_row(opened, 7)
    np.testing.assert_array_equal(opened.visitor.workbench.tokens, expected)
    opened.say("undo")
    assert opened.views["tables"]["edited"] == 0
    assert saved(opened, "csv").read_bytes() == (tmp_path / "mine.csv").read_bytes()


def test_only_what_was_touched_is_kept_of_the_rows_that_were_left(opened):
    for row in range(5):
        open_row(opened, row)
    opened.say("set_code", region=[0, 0, 0, 0], code=1, repair=False)
    open_row(opened, 9)
    kept = [key for key, _ in opened.visitor.workbenches if key.startswith("table-")]
    assert [key.rpartition("-")[2] for key in kept] == ["4"]


BAD = "id,base_tokens,residual_1,residual_2,residual_3,residual_4,residual_5\n"
GOOD = ",".join(["1 2 3 4"] * 6)


def test_codes_that_the_checkpoint_does_not_have_are_offered_to_be_dropped(page, tmp_path):
    open_text(page, tmp_path, f"{BAD}a,{GOOD}\nb,{GOOD.replace('1 2 3 4', '1 700 3 4', 1)}\n")
    assert "has code 700 in base_tokens, step 1" in page.views["table_rows"]["rows"][1]["problem"]
    before = page.visitor.workbench
    open_row(page, 1, layer=0, step=1)
    assert page.notice.startswith("Row 3 (b) of t.csv has code 700 in base_tokens, step 1; checkpoint first")
    assert page.visitor.workbench is before
    offer = page.views["notification"]
    assert (offer["kind"], offer["words"]) == ("offer", page.notice)
    page.say(**offer["command"])
    assert page.visitor.workbench.tokens[0].tolist() == [1, -1, 3, 4]
    assert page.views["notification"] | {"number": 0} == {
        "number": 0, "kind": "row", "tab": "tables", "layer": 0, "step": 1,
    }  # fmt: skip
    assert page.views["tables"]["edited"] == 1


def test_rows_that_cannot_be_decoded_say_why_and_the_work_stays(page, tmp_path):
    odd = GOOD.replace("1 2 3 4", "1 nan 3 4", 1)
    open_text(page, tmp_path, f"{BAD}a,{odd}\nb,{GOOD.replace('1 2 3 4', '1 2', 1)}\nc,1 2\n")
    before = page.visitor.workbench
    for row, sentence in enumerate(
        ("base_tokens: found 'nan'", "residual_1: found 4 tokens", "has 2 fields")
    ):
        open_row(page, row)
        assert sentence in page.notice
        assert page.visitor.workbench is before
    open_text(page, tmp_path, "id,base_tokens,residual_1\na,1 2,3 4\n", "two.csv")
    assert "has 2 layers of tokens; checkpoint first decodes 6" in page.notice
    assert page.visitor.workbench is before
    assert page.views["tables"]["layers"] == 2


def test_a_table_of_another_checkpoint_is_decoded_with_a_warning(page, rows, tmp_path, library):
    write_tokens(tmp_path / "a.json", TokenTable(rows[:2], "other", "0123456789abcdef"))
    page.say("open_table", path=str(tmp_path / "a.json"), file_name="a.json")
    warning = "These tokens were made by other (0123456789abcdef); decoded by first"
    assert page.notice.startswith(warning)
    assert page.views["tables"]["remarks"][0].startswith(warning)
    open_row(page, 0)
    assert warning in page.notice
    assert warning in page.views["clip"]["source"]
    mine = library.checkpoint("first")
    write_tokens(tmp_path / "b.json", TokenTable(rows[:2], mine.name, mine.fingerprint))
    page.say("open_table", path=str(tmp_path / "b.json"), file_name="b.json")
    assert page.notice == ""
    assert page.views["tables"]["remarks"] == []


def test_frames_of_our_own_files_are_kept(page, rng, tmp_path):
    rows = [
        TokenRow("cut", rng.integers(0, CODES, (6, 10)), 38),
        TokenRow("odd", rng.integers(0, 9, (6, 9)), 10**12),
    ]
    write_tokens(tmp_path / "a.json", TokenTable(rows))
    page.say("open_table", path=str(tmp_path / "a.json"), file_name="a.json")
    open_row(page, 0)
    assert page.views["clip"]["frames"] == 38
    open_row(page, 1)
    assert page.views["clip"]["frames"] == 36
    assert "The file says 1000000000000 frames" in page.views["clip"]["source"]


def test_a_table_of_one_row_goes_to_the_workbench_at_once(page, rows, tmp_path):
    write_tokens(tmp_path / "one.json", TokenTable(rows[:1]))
    page.say("open_file", path=str(tmp_path / "one.json"), file_name="one.json")
    assert page.views["clip"]["title"] == "clip_0"


def test_the_check_is_the_librarys_and_leads_to_rows_and_tokens(page, rng, tmp_path):
    rows = [TokenRow(f"s{i}", rng.integers(0, CODES, (6, 40))) for i in range(40)]
    rows[30].tokens[2, 5:30] = 7
    rows[35] = TokenRow("s1", rows[35].tokens)
    rows[38] = TokenRow("short", rows[38].tokens[:, :20])
    write_tokens(tmp_path / "t.csv", TokenTable(rows))
    page.say("open_table", path=str(tmp_path / "t.csv"), file_name="t.csv")
    page.say("check_table")
    page.wait("table check")
    view, expected = page.views["table_check"], check_submission(tmp_path / "t.csv")
    assert len(expected) == 3
    assert [(f["row"], f["column"], f["problem"], f["wrong"]) for f in view["findings"]] == [
        (f.row, f.column, f.problem, f.wrong) for f in expected
    ]
    assert (view["wrong"], view["suspicious"], view["rows"], view["stale"]) == (2, 1, 3, False)
    page.say("look_in_table", which="found")
    assert [row["index"] for row in page.views["table_rows"]["rows"]] == [30, 35, 38]
    page.say("look_in_table", text="nothing has this")
    page.say("go_to_finding", finding=0)
    assert page.views["clip"]["title"] == "s30"
    assert (page.views["notification"]["layer"], page.views["notification"]["step"]) == (2, 5)
    assert page.views["table_rows"]["page"] == 30 // PAGE_ROWS
    page.say("go_to_finding", finding=1)
    assert (page.views["clip"]["title"], page.views["notification"]["layer"]) == ("s1", None)
    page.say("go_to_finding", finding=2)
    assert (page.views["notification"]["layer"], page.views["notification"]["step"]) == (0, None)

    page.say("go_to_finding", finding=0)
    page.say("fill_random", region=[2, 2, 0, 39], seed=1, repair=False)
    assert page.views["table_check"]["stale"]
    page.say("check_table")
    page.wait("table check")
    assert [f["row"] for f in page.views["table_check"]["findings"]] == [37, 40]
    page.say("go_to_finding", finding=7)
    assert "not there any more" in page.notice


def test_expected_ids_are_held_against_the_table(opened, tmp_path):
    (tmp_path / "ids.txt").write_text("\n".join(f"clip_{i}" for i in range(1, 62)))
    opened.say("check_table", ids_path=str(tmp_path / "ids.txt"), ids_name="ids.txt")
    opened.wait("table check")
    view = opened.views["table_check"]
    assert (view["ids"], view["against"]) == (61, "ids.txt")
    said = {f["problem"]: f["leads"] for f in view["findings"]}
    assert said["'clip_0' is not among the expected ids"]
    assert not said["'clip_60' is missing"]
    lonely = next(f["number"] for f in view["findings"] if not f["leads"])
    opened.say("go_to_finding", finding=lonely)
    assert "No row of the table is to blame" in opened.notice
    (tmp_path / "bad.csv").write_text("name\nx\n")
    opened.say("check_table", ids_path=str(tmp_path / "bad.csv"), ids_name="bad.csv")
    assert opened.notice.startswith("bad.csv: found no column id")


def test_a_state_file_carries_the_tokens_and_a_link_waits_for_the_table(opened, rows, library, tmp_path):
    open_row(opened, 5)
    opened.say("set_code", region=[1, 1, 2, 4], code=9, repair=True)
    opened.say("pin")
    edited = opened.visitor.workbench.tokens
    opened.say("make_file", joints=[], time=0.5, picture="position")
    file = opened.views["notification"]
    opened.say("make_link", joints=[], time=0.5, picture="position")
    link = opened.views["notification"]["text"]
    assert len(link) < 600

    (tmp_path / file["name"]).write_text(file["text"])
    fresh = Page(Visitor(library, tmp_path))
    fresh.say("open_file", path=str(tmp_path / file["name"]), file_name=file["name"])
    assert fresh.notice == ""
    assert fresh.views["clip"]["title"] == "clip_5"
    np.testing.assert_array_equal(fresh.visitor.workbench.tokens, edited)
    np.testing.assert_array_equal(fresh.visitor.workbench.encoded.tokens, rows[5].tokens)

    other = Page(Visitor(library, tmp_path))
    before = other.visitor.workbench
    other.say("open_link", text=link)
    assert other.notice.startswith(
        "This link is about row 7 (clip_5) of mine.csv, and carries no tokens. Open that"
    )
    assert other.visitor.workbench is before
    other.say("open_table", path=str(tmp_path / "mine.csv"), file_name="renamed.csv")
    assert other.notice == ""
    np.testing.assert_array_equal(other.visitor.workbench.tokens, edited)
    assert other.visitor.workbench.pinned is not None


def test_another_link_that_waits_for_its_table_is_the_one_that_is_named(opened, library, tmp_path):
    links = []
    for row in (3, 5):
        open_row(opened, row)
        opened.say("make_link", joints=[], time=0.5, picture="position")
        links.append(opened.views["notification"]["text"])
    other = Page(Visitor(library, tmp_path))
    other.say("show_panel", panel="tables")
    for row, link in zip((3, 5), links, strict=True):
        other.say("open_link", text=link)
        assert other.views["tables"]["awaited"] == f"row {row + 2} (clip_{row}) of mine.csv"
    other.say("open_table", path=str(tmp_path / "mine.csv"), file_name="mine.csv")
    assert other.views["clip"]["title"] == "clip_5"
    assert other.views["tables"]["awaited"] == ""


def test_a_saved_table_is_handed_over_once_it_is_written_and_asking_again_is_harmless(opened):
    opened.say("save_table", kind="csv", request=5)
    opened.wait("table file")
    handed = opened.views["notification"]
    assert (handed["kind"], handed["name"]) == ("file", "mine.csv")
    opened.say("save_table", kind="csv", request=5)
    assert opened.views["notification"] == handed
    assert opened.notice == ""


def test_a_server_that_forgot_the_page_brings_the_row_back(opened, library, tmp_path):
    open_row(opened, 5)
    opened.say("drop", region=[1, 1, 2, 4], repair=False)
    resume = opened.views["session"]["resume"]
    fresh = Connection(Visitor(library, tmp_path))
    answer = fresh.answer({"number": 9, "commands": [], "resume": resume})
    assert answer["notice"] == ""
    np.testing.assert_array_equal(fresh.visitor.workbench.tokens, opened.visitor.workbench.tokens)


def test_a_row_keeps_its_edits_when_the_checkpoint_changes(page, rng, tmp_path, library):
    write_tokens(
        tmp_path / "four.csv",
        TokenTable([TokenRow(f"r{i}", rng.integers(0, CODES, (4, 12))) for i in (0, 1)]),
    )
    page.say("choose_checkpoint", checkpoint="second")
    page.say("open_table", path=str(tmp_path / "four.csv"), file_name="four.csv")
    open_row(page, 0)
    page.say("set_code", region=[3, 3, 0, 11], code=5, repair=False)
    page.say("choose_checkpoint", checkpoint="first")
    assert page.views["session"]["clip"] != f"{page.views['tables']['shown']}-0"  # six layers do not fit
    page.say("choose_checkpoint", checkpoint="second")
    open_row(page, 0)
    assert (page.visitor.workbench.tokens[3] == 5).all()


def test_closing_a_table_with_unsaved_edits_asks_first(opened):
    open_row(opened, 3)
    opened.say("drop", region=[0, 0, 0, 0], repair=False)
    table = opened.views["tables"]["shown"]
    opened.say("close_table", table=table)
    assert opened.notice == "mine.csv: 1 edited row is in no saved file."
    assert opened.views["tables"]["shown"] == table
    opened.say(**opened.views["notification"]["command"])
    assert opened.views["tables"]["shown"] is None
    assert opened.views["clip"]["recorded"]
    assert opened.views["library"]["table_rows"] == []
    opened.say("open_row", table=table, row=3)
    assert "not open here" in opened.notice


HOSTILE = {
    "columns.csv": "id," + "x," * 1_000_000,
    "none.csv": "",
    "header.csv": BAD,
    "binary.csv": b"\xff\xfe\x00" * 400,
    "other.csv": "name,value\na,1\n",
    "deep.json": '{"format": "rvq-motion-tokens", "clips": ' + "[" * 100_000,
    "empty.json": '{"format": "rvq-motion-tokens", "clips": []}',
    "torn.npz": b"PK\x03\x04" + b"\0" * 99,
    "rows.csv": BAD + "a,,,,,,\n" * 100_001,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_table_is_one_sentence_and_the_work_stays(opened, tmp_path, name):
    open_row(opened, 1)
    opened.say("drop", region=[0, 0, 0, 0], repair=False)
    before, shown = opened.visitor.workbench, opened.views["tables"]["shown"]
    started = time.process_time()
    open_text(opened, tmp_path, HOSTILE[name], name)
    assert time.process_time() - started < 2
    assert name in opened.notice
    assert len(opened.notice) < 500
    assert "\n" not in opened.notice
    assert opened.visitor.workbench is before
    assert opened.views["tables"]["shown"] == shown


def test_tables_beyond_those_that_fit_are_refused(page, tmp_path):
    for number in range(OPEN_TABLES.most + 1):
        open_text(page, tmp_path, f"{BAD}a{number},{GOOD}\n", f"{number}.csv")
    assert "as many as fit; close one first" in page.notice
    assert len(page.views["tables"]["tables"]) == OPEN_TABLES.most


def test_the_same_file_again_shows_the_table_with_its_edits(opened, tmp_path):
    open_row(opened, 3)
    opened.say("drop", region=[0, 0, 0, 0], repair=False)
    opened.say("open_table", path=str(tmp_path / "mine.csv"), file_name="again.csv")
    assert len(opened.views["tables"]["tables"]) == 1
    assert opened.views["tables"]["edited"] == 1


def test_a_row_gives_its_layers_to_another(opened, rows):
    open_row(opened, 3)
    open_row(opened, 4)
    key = f"{opened.views['tables']['shown']}-3"
    opened.say("borrow", first_layer=0, last_layer=1, clip=key, repair=False)
    np.testing.assert_array_equal(opened.visitor.workbench.tokens[:2, :43], rows[3].tokens[:2])


def test_the_sheet_that_is_saved_opens_again(opened, tmp_path):
    open_row(opened, 3)
    opened.say("set_code", region=[0, 5, 0, 42], code=0, repair=False)
    sheet = read_sheet(saved(opened, "csv"))
    assert not sheet.row(3).tokens.any()
    assert sheet.words[3] == "Sentence 3."


@pytest.fixture
def sign_library(tmp_path):
    """A checkpoint of HumanML3D features and one of 668 features without joints, both of six layers."""
    write_checkpoint(tmp_path / "checkpoints", "first", seed=1)
    config = RVQVAEConfig(input_dim=668, output_dim=668, latent_dim=16, hidden_dim=24, num_embeddings=CODES)
    save_checkpoint(
        tmp_path / "checkpoints" / "signs",
        RVQVAE(config).eval(),
        mean=np.zeros(668, np.float32),
        std=np.ones(668, np.float32),
        name="signs",
        layout="motion-s",
        fps=30.0,
    )
    return Library(checkpoints_folder=tmp_path / "checkpoints")


def test_a_row_is_decoded_by_a_checkpoint_of_any_layout(sign_library, rows, tmp_path):
    page = Page(Visitor(sign_library, tmp_path))
    write_tokens(tmp_path / "mine.csv", TokenTable(rows))
    page.say("open_table", path=str(tmp_path / "mine.csv"), file_name="mine.csv")
    page.say("show_panel", panel="tables")
    open_row(page, 4)
    page.say("set_code", region=[0, 0, 3, 3], code=5, repair=False)
    edited = page.visitor.workbench.tokens
    page.say("choose_checkpoint", checkpoint="signs")
    assert page.notice == ""
    assert (page.views["clip"]["title"], page.views["clip"]["fps"]) == ("clip_4", 30)
    bench, checkpoint = page.visitor.workbench, sign_library.checkpoint("signs")
    np.testing.assert_array_equal(bench.tokens, edited)
    np.testing.assert_allclose(bench.decoding.features, checkpoint.decode(edited), atol=1e-5)
    page.say("undo")
    np.testing.assert_array_equal(bench.encoded.tokens, rows[4].tokens)
    assert page.views["reconstruction"]["mean_error"] == pytest.approx(0, abs=1e-6)
    assert page.views["reconstruction"]["unit"] != "mm"
    assert page.views["tables"]["edited"] == 0
    page.say("choose_clip", clip="walk")
    assert page.views["clip"]["title"] != "clip_4"
