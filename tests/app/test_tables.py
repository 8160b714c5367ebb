"""Token tables on the page's server side, held against the library."""

import json
import time

import numpy as np
import pytest

from app.library import Library
from app.session import Session
from app.tables.shelf import MOST_OPEN, PAGE_ROWS
from rvqvae import RVQVAE, RVQVAEConfig, save_checkpoint
from rvqvae.motion.submission import check_submission
from rvqvae.motion.token_sheet import read_sheet
from rvqvae.motion.tokens import TokenRow, TokenTable, read_tokens, write_tokens
from tests.app.conftest import write_checkpoint
from tests.app.desk import Desk

CODES = 64  # of the test checkpoints


@pytest.fixture
def desk(session):
    desk = Desk(session)
    desk.say("show_panel", panel="tables")
    return desk


@pytest.fixture
def rows(rng):
    return [
        TokenRow(f"clip_{i}", rng.integers(0, CODES, (6, 40 + i)), None, {"sentence": f"Sentence {i}."})
        for i in range(60)
    ]


@pytest.fixture
def opened(desk, rows, tmp_path):
    write_tokens(tmp_path / "mine.csv", TokenTable(rows))
    desk.say("open_table", path=str(tmp_path / "mine.csv"), file_name="mine.csv")
    assert desk.notice == ""
    return desk


def open_row(desk, row, **values):
    desk.say("open_row", table=desk.views["tables"]["shown"], row=row, **values)


def open_text(desk, tmp_path, text, name="t.csv"):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    desk.say("open_table", path=str(tmp_path / name), file_name=name)


def saved(desk, kind):
    desk.say("save_table", kind=kind, request=desk.number)
    asked = desk.number - 1
    desk.wait("table file")
    desk.say("save_table", kind=kind, request=asked)
    assert desk.notice == ""
    parcel = desk.views["parcel"]
    folder = next(job.result[1] for name, job in desk.session.jobs._jobs.items() if name == "table file")
    assert parcel["kind"] == "file"
    assert parcel["name"] == folder.name
    return folder


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_a_table_opens_from_the_menu_of_the_visitors_files_and_shows_its_rows(desk, rows, tmp_path, suffix):
    path = tmp_path / f"mine{suffix}"
    write_tokens(path, TokenTable(rows))
    desk.say("open_file", path=str(path), file_name=f"../<b>{path.name}")
    assert desk.notice == ""
    assert desk.views["parcel"]["tab"] == "tables"
    assert desk.views["tables"]["rows"] == 60
    assert desk.views["tables"]["tables"][0]["title"] == f"<b>{path.name}"
    shown = desk.views["table_rows"]["rows"]
    assert len(shown) == PAGE_ROWS
    for index, row in enumerate(shown):
        assert (row["number"], row["id"], row["steps"]) == (index + 2, f"clip_{index}", 40 + index)
        assert row["frames"] == 4 * (40 + index)
        assert row["problem"] == ""
        assert row["codes"].startswith(" ".join(map(str, rows[index].tokens[0, :6])))
    if suffix != ".npz":
        assert shown[3]["words"] == "Sentence 3."


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


def test_ten_thousand_rows_open_quickly_and_little_is_sent(desk, rng, tmp_path):
    rows = [
        TokenRow(f"r{i}", rng.integers(0, CODES, (6, 40)), None, {"sentence": "word " * 60})
        for i in range(10_000)
    ]
    write_tokens(tmp_path / "big.csv", TokenTable(rows))
    before = time.process_time()
    desk.say("open_table", path=str(tmp_path / "big.csv"), file_name="big.csv")
    desk.say("look_in_table", text="R999", page=0)
    assert time.process_time() - before < 5
    assert desk.views["table_rows"]["matching"] == 11
    desk.say("look_in_table", text="word", page=200)
    assert len(json.dumps(desk.views["table_rows"])) < 20_000
    desk.say("open_row", table=desk.views["tables"]["shown"], row=9_999)
    np.testing.assert_array_equal(desk.session.workbench.tokens, rows[9_999].tokens)


def test_a_row_is_its_tokens_decoded_and_says_so(opened, rows, library):
    open_row(opened, 7)
    bench, checkpoint = opened.session.workbench, library.checkpoint("first")
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
    expected = bench.take.measure.distances(
        bench.take.measure.aligned(coarse)["root"],
        bench.take.measure.aligned(checkpoint.decode(rows[7].tokens))["root"],
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
        assert opened.session.workbench.tokens[layer, 5] == nearest
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
    np.testing.assert_array_equal(opened.session.workbench.tokens, expected)
    opened.say("undo")
    assert opened.views["tables"]["edited"] == 0
    assert saved(opened, "csv").read_bytes() == (tmp_path / "mine.csv").read_bytes()


def test_only_what_was_touched_is_kept_of_the_rows_that_were_left(opened):
    for row in range(5):
        open_row(opened, row)
    opened.say("set_code", region=[0, 0, 0, 0], code=1, repair=False)
    open_row(opened, 9)
    kept = [key for key, _ in opened.session.desks if key.startswith("table-")]
    assert [key.rpartition("-")[2] for key in kept] == ["4"]


BAD = "id,base_tokens,residual_1,residual_2,residual_3,residual_4,residual_5\n"
GOOD = ",".join(["1 2 3 4"] * 6)


def test_codes_that_the_checkpoint_does_not_have_are_offered_to_be_dropped(desk, tmp_path):
    open_text(desk, tmp_path, f"{BAD}a,{GOOD}\nb,{GOOD.replace('1 2 3 4', '1 700 3 4', 1)}\n")
    assert "has code 700 in base_tokens, step 1" in desk.views["table_rows"]["rows"][1]["problem"]
    before = desk.session.workbench
    open_row(desk, 1, layer=0, step=1)
    assert desk.notice.startswith("Row 3 (b) of t.csv has code 700 in base_tokens, step 1; checkpoint first")
    assert desk.session.workbench is before
    offer = desk.views["parcel"]
    assert (offer["kind"], offer["words"]) == ("offer", desk.notice)
    desk.say(**offer["command"])
    assert desk.session.workbench.tokens[0].tolist() == [1, -1, 3, 4]
    assert desk.views["parcel"] | {"number": 0} == {
        "number": 0, "kind": "row", "tab": "tables", "layer": 0, "step": 1,
    }  # fmt: skip
    assert desk.views["tables"]["edited"] == 1


def test_rows_that_cannot_be_decoded_say_why_and_the_work_stays(desk, tmp_path):
    odd = GOOD.replace("1 2 3 4", "1 nan 3 4", 1)
    open_text(desk, tmp_path, f"{BAD}a,{odd}\nb,{GOOD.replace('1 2 3 4', '1 2', 1)}\nc,1 2\n")
    before = desk.session.workbench
    for row, sentence in enumerate(
        ("base_tokens: found 'nan'", "residual_1: found 4 tokens", "has 2 fields")
    ):
        open_row(desk, row)
        assert sentence in desk.notice
        assert desk.session.workbench is before
    open_text(desk, tmp_path, "id,base_tokens,residual_1\na,1 2,3 4\n", "two.csv")
    assert "has 2 layers of tokens; checkpoint first decodes 6" in desk.notice
    assert desk.session.workbench is before
    assert desk.views["tables"]["layers"] == 2


def test_a_table_of_another_checkpoint_is_decoded_with_a_warning(desk, rows, tmp_path, library):
    write_tokens(tmp_path / "a.json", TokenTable(rows[:2], "other", "0123456789abcdef"))
    desk.say("open_table", path=str(tmp_path / "a.json"), file_name="a.json")
    warning = "These tokens were made by other (0123456789abcdef); decoded by first"
    assert desk.notice.startswith(warning)
    assert desk.views["tables"]["remarks"][0].startswith(warning)
    open_row(desk, 0)
    assert warning in desk.notice
    assert warning in desk.views["clip"]["source"]
    mine = library.checkpoint("first")
    write_tokens(tmp_path / "b.json", TokenTable(rows[:2], mine.name, mine.fingerprint))
    desk.say("open_table", path=str(tmp_path / "b.json"), file_name="b.json")
    assert desk.notice == ""
    assert desk.views["tables"]["remarks"] == []


def test_frames_of_our_own_files_are_kept(desk, rng, tmp_path):
    rows = [
        TokenRow("cut", rng.integers(0, CODES, (6, 10)), 38),
        TokenRow("odd", rng.integers(0, 9, (6, 9)), 10**12),
    ]
    write_tokens(tmp_path / "a.json", TokenTable(rows))
    desk.say("open_table", path=str(tmp_path / "a.json"), file_name="a.json")
    open_row(desk, 0)
    assert desk.views["clip"]["frames"] == 38
    open_row(desk, 1)
    assert desk.views["clip"]["frames"] == 36
    assert "The file says 1000000000000 frames" in desk.views["clip"]["source"]


def test_a_table_of_one_row_goes_to_the_workbench_at_once(desk, rows, tmp_path):
    write_tokens(tmp_path / "one.json", TokenTable(rows[:1]))
    desk.say("open_file", path=str(tmp_path / "one.json"), file_name="one.json")
    assert desk.views["clip"]["title"] == "clip_0"


def test_the_check_is_the_librarys_and_leads_to_rows_and_tokens(desk, rng, tmp_path):
    rows = [TokenRow(f"s{i}", rng.integers(0, CODES, (6, 40))) for i in range(40)]
    rows[30].tokens[2, 5:30] = 7
    rows[35] = TokenRow("s1", rows[35].tokens)
    rows[38] = TokenRow("short", rows[38].tokens[:, :20])
    write_tokens(tmp_path / "t.csv", TokenTable(rows))
    desk.say("open_table", path=str(tmp_path / "t.csv"), file_name="t.csv")
    desk.say("check_table")
    desk.wait("table check")
    view, expected = desk.views["table_check"], check_submission(tmp_path / "t.csv")
    assert len(expected) == 3
    assert [(f["row"], f["column"], f["problem"], f["wrong"]) for f in view["findings"]] == [
        (f.row, f.column, f.problem, f.wrong) for f in expected
    ]
    assert (view["wrong"], view["suspicious"], view["rows"], view["stale"]) == (2, 1, 3, False)
    desk.say("look_in_table", which="found")
    assert [row["index"] for row in desk.views["table_rows"]["rows"]] == [30, 35, 38]
    desk.say("look_in_table", text="nothing has this")
    desk.say("go_to_finding", finding=0)
    assert desk.views["clip"]["title"] == "s30"
    assert (desk.views["parcel"]["layer"], desk.views["parcel"]["step"]) == (2, 5)
    assert desk.views["table_rows"]["page"] == 30 // PAGE_ROWS
    desk.say("go_to_finding", finding=1)
    assert (desk.views["clip"]["title"], desk.views["parcel"]["layer"]) == ("s1", None)
    desk.say("go_to_finding", finding=2)
    assert (desk.views["parcel"]["layer"], desk.views["parcel"]["step"]) == (0, None)

    desk.say("go_to_finding", finding=0)
    desk.say("fill_random", region=[2, 2, 0, 39], seed=1, repair=False)
    assert desk.views["table_check"]["stale"]
    desk.say("check_table")
    desk.wait("table check")
    assert [f["row"] for f in desk.views["table_check"]["findings"]] == [37, 40]
    desk.say("go_to_finding", finding=7)
    assert "not there any more" in desk.notice


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
    edited = opened.session.workbench.tokens
    opened.say("make_file", joints=[], time=0.5, picture="position")
    file = opened.views["parcel"]
    opened.say("make_link", joints=[], time=0.5, picture="position")
    link = opened.views["parcel"]["text"]
    assert len(link) < 600

    (tmp_path / file["name"]).write_text(file["text"])
    fresh = Desk(Session(library, tmp_path))
    fresh.say("open_file", path=str(tmp_path / file["name"]), file_name=file["name"])
    assert fresh.notice == ""
    assert fresh.views["clip"]["title"] == "clip_5"
    np.testing.assert_array_equal(fresh.session.workbench.tokens, edited)
    np.testing.assert_array_equal(fresh.session.workbench.take.tokens, rows[5].tokens)

    other = Desk(Session(library, tmp_path))
    before = other.session.workbench
    other.say("open_link", text=link)
    assert other.notice.startswith(
        "This link is about row 7 (clip_5) of mine.csv, and carries no tokens. Open that"
    )
    assert other.session.workbench is before
    other.say("open_table", path=str(tmp_path / "mine.csv"), file_name="renamed.csv")
    assert other.notice == ""
    np.testing.assert_array_equal(other.session.workbench.tokens, edited)
    assert other.session.workbench.pinned is not None


def test_a_server_that_forgot_the_page_brings_the_row_back(opened, library, tmp_path):
    open_row(opened, 5)
    opened.say("drop", region=[1, 1, 2, 4], repair=False)
    resume = opened.views["session"]["resume"]
    fresh = Session(library, tmp_path)
    answer = fresh.answer({"letter": 9, "commands": [], "resume": resume})
    assert answer["notice"] == ""
    np.testing.assert_array_equal(fresh.workbench.tokens, opened.session.workbench.tokens)


def test_a_row_keeps_its_edits_when_the_checkpoint_changes(desk, rng, tmp_path, library):
    write_tokens(
        tmp_path / "four.csv",
        TokenTable([TokenRow(f"r{i}", rng.integers(0, CODES, (4, 12))) for i in (0, 1)]),
    )
    desk.say("choose_checkpoint", checkpoint="second")
    desk.say("open_table", path=str(tmp_path / "four.csv"), file_name="four.csv")
    open_row(desk, 0)
    desk.say("set_code", region=[3, 3, 0, 11], code=5, repair=False)
    desk.say("choose_checkpoint", checkpoint="first")
    assert desk.views["session"]["clip"] != f"{desk.views['tables']['shown']}-0"  # six layers do not fit
    desk.say("choose_checkpoint", checkpoint="second")
    open_row(desk, 0)
    assert (desk.session.workbench.tokens[3] == 5).all()


def test_closing_a_table_with_unsaved_edits_asks_first(opened):
    open_row(opened, 3)
    opened.say("drop", region=[0, 0, 0, 0], repair=False)
    table = opened.views["tables"]["shown"]
    opened.say("close_table", table=table)
    assert opened.notice == "mine.csv: 1 edited row is in no saved file."
    assert opened.views["tables"]["shown"] == table
    opened.say(**opened.views["parcel"]["command"])
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
    before, shown = opened.session.workbench, opened.views["tables"]["shown"]
    started = time.process_time()
    open_text(opened, tmp_path, HOSTILE[name], name)
    assert time.process_time() - started < 2
    assert name in opened.notice
    assert len(opened.notice) < 500
    assert "\n" not in opened.notice
    assert opened.session.workbench is before
    assert opened.views["tables"]["shown"] == shown


def test_tables_beyond_those_that_fit_are_refused(desk, tmp_path):
    for number in range(MOST_OPEN + 1):
        open_text(desk, tmp_path, f"{BAD}a{number},{GOOD}\n", f"{number}.csv")
    assert "as many as fit; close one first" in desk.notice
    assert len(desk.views["tables"]["tables"]) == MOST_OPEN


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
    np.testing.assert_array_equal(opened.session.workbench.tokens[:2, :43], rows[3].tokens[:2])


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
    desk = Desk(Session(sign_library, tmp_path))
    write_tokens(tmp_path / "mine.csv", TokenTable(rows))
    desk.say("open_table", path=str(tmp_path / "mine.csv"), file_name="mine.csv")
    desk.say("show_panel", panel="tables")
    open_row(desk, 4)
    desk.say("set_code", region=[0, 0, 3, 3], code=5, repair=False)
    edited = desk.session.workbench.tokens
    desk.say("choose_checkpoint", checkpoint="signs")
    assert desk.notice == ""
    assert (desk.views["clip"]["title"], desk.views["clip"]["fps"]) == ("clip_4", 30)
    bench, checkpoint = desk.session.workbench, sign_library.checkpoint("signs")
    np.testing.assert_array_equal(bench.tokens, edited)
    np.testing.assert_allclose(bench.decoding.features, checkpoint.decode(edited), atol=1e-5)
    desk.say("undo")
    np.testing.assert_array_equal(bench.take.tokens, rows[4].tokens)
    assert desk.views["reconstruction"]["mean_error"] == pytest.approx(0, abs=1e-6)
    assert desk.views["reconstruction"]["unit"] != "mm"
    assert desk.views["tables"]["edited"] == 0
    desk.say("choose_clip", clip="walk")
    assert desk.views["clip"]["title"] != "clip_4"
