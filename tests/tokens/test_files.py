import json

import numpy as np
import pytest

from rvqvae.tokens import TokenFileError, TokenRow, TokenTable, read_tokens, write_tokens


@pytest.fixture
def table(rng):
    rows = [
        TokenRow(
            "clip/1", rng.integers(0, 512, (6, 50)), 198, {"gloss": "HELLO, you", "sentence": 'say "hi"'}
        ),
        TokenRow("<b>2</b>", np.full((6, 40), -1), 160, {"gloss": "", "sentence": "a\nb"}),
    ]
    return TokenTable(rows, "motion-rvq", "0123456789abcdef")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_tables_come_back(tmp_path, table, suffix):
    path = tmp_path / f"tokens{suffix}"
    write_tokens(path, table)
    again = read_tokens(path)
    assert [row.id for row in again.rows] == ["clip/1", "<b>2</b>"]
    for row, before in zip(again.rows, table.rows, strict=True):
        np.testing.assert_array_equal(row.tokens, before.tokens)
        assert row.tokens.dtype == np.int64
        assert row.frames == (None if suffix == ".csv" else before.frames)
        assert row.extra == ({} if suffix == ".npz" else before.extra)
    if suffix != ".csv":
        assert (again.checkpoint, again.fingerprint) == ("motion-rvq", "0123456789abcdef")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_the_columns_are_the_published_ones(tmp_path, table):
    write_tokens(tmp_path / "t.csv", table)
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[0] == (
        "id,base_tokens,residual_1,residual_2,residual_3,residual_4,residual_5,gloss,sentence"
    )
    assert lines[1].split(",")[1] == " ".join(map(str, table.rows[0].tokens[0]))


def test_decoding_with_another_checkpoint_warns(table):
    assert table.other_checkpoint("motion-rvq", "0123456789abcdef") is None
    assert "made by motion-rvq (0123456789abcdef)" in table.other_checkpoint("x", "ff")
    assert TokenTable(table.rows).other_checkpoint("x", "ff") is None


def test_a_very_long_clip_fits_into_a_field(tmp_path):
    write_tokens(tmp_path / "t.csv", TokenTable([TokenRow("day", np.full((2, 100_000), 511))]))
    assert read_tokens(tmp_path / "t.csv").rows[0].tokens.shape == (2, 100_000)


HEAD = "id,base_tokens,residual_1\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "found the columns nothing"),
        ("id,base_tokens,residual_2\na,1,2\n", "found the columns id, base_tokens, residual_2"),
        ("id,base_tokens,id\na,1,a\n", "each once"),
        ("name,base_tokens\na,1\n", "found the columns name, base_tokens"),
        (HEAD, "holds no tokens"),
        (HEAD + "a,1 2\n", "row 2 has 2 fields; expected 3"),
        (HEAD + "a,1 2,3 4\nb,1 2,3\n", "row 3, column residual_1: found 1 tokens; expected 2"),
        (HEAD + "a,,\n", "row 2, column base_tokens: found 0 tokens"),
        (HEAD + "a,1 2,3 x4\n", "row 2, column residual_1: found 'x4'"),
        (HEAD + "a,1.5,3\n", r"column base_tokens: found '1\.5'"),
        (HEAD + "a,--5,3\n", "found '--5'"),
        (HEAD + "a,-2,3\n", "found -2; expected codes from 0"),
        (HEAD + "a,99999999999,3\n", "found 99999999999; expected codes"),
        (HEAD + f"a,{'9' * 400},3\n", "expected whole numbers"),
        (",".join(f"c{i}" for i in range(100_000)), "its first line is longer than 65536"),
        (HEAD + "a" + ",1" * 100_000 + "\n", "row 2 has 100001 fields"),
    ],
)
def test_bad_tables_name_row_and_column(tmp_path, text, sentence):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(TokenFileError, match=sentence) as error:
        read_tokens(tmp_path / "t.csv")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500


def test_files_that_are_no_tables(tmp_path, table):
    with pytest.raises(TokenFileError, match="no such file"):
        read_tokens(tmp_path / "none.csv")
    (tmp_path / "t.txt").write_text("x")
    with pytest.raises(TokenFileError, match=r"expected \.csv, \.json or \.npz"):
        read_tokens(tmp_path / "t.txt")
    with pytest.raises(TokenFileError, match=r"expected \.csv, \.json or \.npz"):
        write_tokens(tmp_path / "t.txt", table)
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TokenFileError, match="not a text file in UTF-8"):
        read_tokens(tmp_path / "t.csv")
    np.savez(tmp_path / "t.npz", ids=np.array(["a"]), lengths=[3], frames=[9], tokens=np.zeros((2, 4), int))
    with pytest.raises(TokenFileError, match=r"found ids \(1,\)"):
        read_tokens(tmp_path / "t.npz")
    np.savez(tmp_path / "t.npz", ids=np.array([{}]), lengths=[1], frames=[1], tokens=np.zeros((1, 1), int))
    with pytest.raises(TokenFileError, match="pickled objects"):
        read_tokens(tmp_path / "t.npz")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ("[1]", "another kind of JSON"),
        ({"clips": 3}, "no list of clips"),
        ({"clips": [{"id": "a"}]}, "clip 1: found no tokens"),
        ({"clips": [{"id": "a", "tokens": [[1], [1, 2]]}]}, "clip 1"),
        ({"clips": [{"id": "a", "tokens": [[1.5]]}]}, "type float64"),
        ({"clips": [{"id": 3, "tokens": [[1]]}]}, "found the id '3'"),
        ({"clips": [{"id": "a", "tokens": [[-7]]}]}, "codes below -1"),
        ({"clips": [{"id": "a", "tokens": [[1]], "frames": "x"}]}, "found 'x' frames"),
        ({"clips": []}, "holds no tokens"),
    ],
)
def test_bad_json_is_named(tmp_path, content, sentence):
    if isinstance(content, dict):
        content = json.dumps({"format": "rvq-motion-tokens", **content})
    (tmp_path / "t.json").write_text(content)
    with pytest.raises(TokenFileError, match=sentence):
        read_tokens(tmp_path / "t.json")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_tables_of_endless_rows_are_refused(tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    if suffix == ".csv":
        path.write_text(HEAD + "a,1,2\n" * 100_001)
    elif suffix == ".json":
        clip = '{"id": "a", "tokens": [[1]]}'
        path.write_text('{"format": "rvq-motion-tokens", "clips": [' + ",".join([clip] * 100_001) + "]}")
    else:
        ones = np.ones(100_001, int)
        np.savez(path, ids=ones.astype(str), lengths=ones, frames=ones, tokens=ones[None])
    with pytest.raises(TokenFileError, match="more than 100000 rows"):
        read_tokens(path)
