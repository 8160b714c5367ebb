import numpy as np
import pytest

from rvqvae.tokens import TokenFileError, TokenRow, TokenTable, read_sheet, read_tokens, write_tokens

# Byte order mark, Windows line ends, quotes of every kind, an empty line, spaces, and no last line end.
ODD = (
    "\ufeffid,sentence,residual_1,base_tokens,gloss\r\n"
    'a/1,"say ""hi"", <b>you</b>", 1  2 3,"4 5 6",\r\n'
    "\r\n"
    '"b,2","two\r\nlines",7 8,0 9,BY"E\r\n'
    "c,,10 11,12 13,"
)


@pytest.fixture
def odd(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(ODD.encode())
    return path


def test_what_is_not_edited_comes_back_byte_for_byte(odd, tmp_path):
    read_sheet(odd).write(tmp_path / "again.csv", {})
    assert (tmp_path / "again.csv").read_bytes() == odd.read_bytes()


def test_an_edit_changes_its_own_layer_alone(odd, tmp_path):
    sheet = read_sheet(odd)
    base = sheet.row(0).tokens.copy()
    base[0, 1] = 511
    late = sheet.row(2).tokens.copy()
    late[:, 0] = -1
    sheet.write(tmp_path / "edited.csv", {0: base, 2: late})
    expected = ODD.replace('"4 5 6"', '"4 511 6"').replace("c,,10 11,12 13,", "c,,-1 11,-1 13,")
    assert (tmp_path / "edited.csv").read_bytes() == expected.encode()


def test_rows_are_those_of_the_strict_reader(odd):
    sheet = read_sheet(odd)
    for index, row in enumerate(read_tokens(odd).rows):
        mine = sheet.row(index)
        assert (mine.id, mine.extra, mine.problem) == (row.id, row.extra, "")
        np.testing.assert_array_equal(mine.tokens, row.tokens)
    assert [sheet.row(i).number for i in range(3)] == [2, 4, 5]
    assert [sheet.index_of(number) for number in (2, 3, 4)] == [0, None, 1]
    assert sheet.words[0] == 'say "hi", <b>you</b>'


@pytest.mark.parametrize(
    ("line", "problem", "column"),
    [
        ("x,1 nan,2 3", "found 'nan'", "base_tokens"),
        ("x,1 2,3", "found 1 tokens; expected 2", "residual_1"),
        ("x,,", "found 0 tokens", "base_tokens"),
        ("x,1 2,3 -4", "found -4", "residual_1"),
        ("x,1 2", "has 2 fields; expected 3", None),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_the_others_stay(tmp_path, line, problem, column):
    path = tmp_path / "t.csv"
    path.write_text(f"id,base_tokens,residual_1\na,1 2,3 4\n{line}\nb,5,6\n")
    sheet = read_sheet(path)
    bad = sheet.row(1)
    assert bad.tokens is None
    assert bad.column == column
    assert problem in bad.problem
    np.testing.assert_array_equal(sheet.row(2).tokens, [[5], [6]])
    sheet.write(tmp_path / "again.csv", {0: np.array([[1, 2], [3, 9]])})
    assert (tmp_path / "again.csv").read_text() == path.read_text().replace("3 4", "3 9")
    with pytest.raises(TokenFileError, match="row 3"):
        sheet.write(tmp_path / "again.json", {})


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("id,base_tokens,residual_2", "no column residual_1"),
        ("id,base_tokens,base_tokens", "'base_tokens' more than once"),
        ("base_tokens,residual_1,x", "no column id"),
    ],
)
def test_wrong_columns_are_every_rows_problem(tmp_path, head, problem):
    (tmp_path / "t.csv").write_text(f"{head}\n1,2,3\n")
    sheet = read_sheet(tmp_path / "t.csv")
    assert problem in sheet.problem
    assert sheet.row(0).problem == sheet.problem


@pytest.mark.parametrize("suffix", [".json", ".npz"])
def test_our_own_files_keep_frames_and_checkpoint(tmp_path, rng, suffix):
    rows = [TokenRow(f"s{i}", rng.integers(0, 512, (6, 4 + i)), 15 + 4 * i) for i in range(3)]
    path = tmp_path / f"t{suffix}"
    write_tokens(path, TokenTable(rows, "motion-rvq", "0123456789abcdef"))
    sheet = read_sheet(path)
    sheet.write(tmp_path / f"again{suffix}", {1: rows[0].tokens})
    again = read_tokens(tmp_path / f"again{suffix}")
    assert (again.checkpoint, again.fingerprint) == ("motion-rvq", "0123456789abcdef")
    assert [row.frames for row in again.rows] == [15, 19, 23]
    np.testing.assert_array_equal(again.rows[1].tokens, rows[0].tokens)
    np.testing.assert_array_equal(again.rows[2].tokens, rows[2].tokens)


@pytest.mark.parametrize("text", ["", "id,base_tokens\n", "name,value\na,1\n", "," * 70_000, "a\0b"])
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(TokenFileError, match="expected"):
        read_sheet(tmp_path / "t.csv")
