import numpy as np
import pytest

from rvqvae.tokens import TokenFileError, TokenRow, TokenTable, check_submission, read_ids, write_tokens

COLUMNS = ["base_tokens", *(f"residual_{v}" for v in range(1, 6))]


@pytest.fixture
def rows(rng):
    return [TokenRow(f"s{i}", rng.integers(0, 512, (6, 40 + i))) for i in range(5)]


def check(tmp_path, rows, *args, edit=lambda text: text, **kwargs):
    path = tmp_path / "submission.csv"
    write_tokens(path, TokenTable(rows))
    path.write_text(edit(path.read_text()))
    return check_submission(path, *args, **kwargs)


def places(findings):
    return [(f.row, f.column, f.wrong) for f in findings]


def test_a_good_submission_passes(tmp_path, rows):
    assert check(tmp_path, rows, [f"s{i}" for i in range(5)]) == []


def test_codes_out_of_range_name_row_column_and_token(tmp_path, rows):
    rows[1].tokens[3, 7] = 512
    rows[2].tokens[0, 0] = -1
    found = check(tmp_path, rows)
    assert places(found) == [(3, "residual_3", True), (4, "base_tokens", True)]
    assert str(found[0]) == "row 3, column residual_3: token 8 is 512; expected 0 to 511"
    assert "token 1 is -1" in str(found[1])


def test_lengths(tmp_path, rows, rng):
    rows[0] = TokenRow("s0", rng.integers(0, 512, (6, 39)))
    rows[1] = TokenRow("s1", rng.integers(0, 512, (6, 801)))
    rows[2] = TokenRow("s2", rng.integers(0, 512, (6, 800)))
    found = check(tmp_path, rows)
    assert places(found) == [(2, "base_tokens", True), (3, "base_tokens", True)]
    assert "has 39 tokens; expected 40 to 800" in str(found[0])


def test_layers_of_a_row_that_differ(tmp_path, rows):
    last = " ".join(map(str, rows[4].tokens[5]))
    found = check(tmp_path, rows, edit=lambda text: text.replace(last, last.rsplit(" ", 1)[0]))
    assert places(found) == [(6, "residual_5", True)]
    assert "has 43 tokens, but the first layer has 44" in str(found[0])


def test_ids_missing_surplus_twice_and_empty(tmp_path, rows, rng):
    rows[3] = TokenRow("s0", rows[3].tokens)
    rows[4] = TokenRow(" ", rows[4].tokens)
    found = check(tmp_path, rows, ["s0", "s1", "s3"])
    assert places(found) == [
        (5, "id", True),
        (6, "id", True),
        (4, "id", True),
        (6, "id", True),
        (None, "id", True),
    ]
    assert "'s0' occurred in row 2 already" in str(found[0])
    assert "is empty" in str(found[1])
    assert "'s3' is missing" in str(found[4])


def test_words_that_are_no_numbers(tmp_path, rows):
    first = " ".join(map(str, rows[0].tokens[2]))
    found = check(tmp_path, rows, edit=lambda text: text.replace(first, "1 2 nan 4"))
    assert places(found) == [(2, "residual_2", True)]
    assert "found 'nan'" in str(found[0])


def test_suspicious_repetition_is_told_apart_from_errors(tmp_path, rows):
    rows[0].tokens[1, 5:30] = 7
    rows[1].tokens[2, ::2] = 9
    rows[1].tokens[2, 1] = 9
    rows[3] = TokenRow("s3", rows[2].tokens)
    found = check(tmp_path, rows)
    assert places(found) == [(2, "residual_1", False), (3, "residual_2", False), (5, None, False)]
    assert "code 7 repeats 25 times from token 6" in str(found[0])
    assert "code 9 is 22 of its 41 tokens" in str(found[1])
    assert "same tokens as row 4" in str(found[2])


def test_columns(tmp_path, rows):
    (found,) = check(tmp_path, rows, edit=lambda text: text.replace("residual_5", "residual_6", 1))[:1]
    assert (found.row, found.column) == (1, "residual_5")
    assert "missing" in str(found)
    found = check(tmp_path, rows, layers=4)
    assert places(found) == [(1, "residual_4", True), (1, "residual_5", True)]
    found = check(tmp_path, rows, edit=lambda text: text.replace("s2,", "s2,extra,"))
    assert places(found) == [(4, None, True)]


def test_no_rows_and_no_csv(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(",".join(["id", *COLUMNS]) + "\n")
    assert [str(f) for f in check_submission(path)] == ["holds no rows; expected at least one"]
    path.write_bytes(b"\x00\xff")
    with pytest.raises(TokenFileError):
        check_submission(path)


def test_every_planted_error_is_found(tmp_path, rng):
    """Random damage to single cells is always reported in its own row and column."""
    for _ in range(20):
        rows = [TokenRow(f"s{i}", rng.integers(0, 512, (6, 60))) for i in range(4)]
        row, layer, step = rng.integers(0, 4), rng.integers(0, 6), rng.integers(0, 60)
        rows[row].tokens[layer, step] = rng.choice([512, 9999, -1])
        (found,) = check(tmp_path, rows)
        assert (found.row, found.column) == (row + 2, COLUMNS[layer])
        assert f"token {step + 1} is" in found.problem
        assert np.all(rows[row].tokens >= -1)


def test_findings_about_tokens_say_which(tmp_path, rows):
    rows[0].tokens[2, 30] = 600
    rows[1].tokens[1, 5:30] = 7
    outside, repeated = check(tmp_path, rows)
    assert (outside.row, outside.column, outside.token) == (2, "residual_2", 30)
    assert (repeated.row, repeated.column, repeated.token) == (3, "residual_1", 5)


def test_progress_counts_the_rows_and_can_end_the_check(tmp_path, rows):
    seen = []
    check(tmp_path, rows, progress=seen.append)
    assert seen == [0, 1, 2, 3, 4]

    def stop(count):
        if count == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        check(tmp_path, rows, progress=stop)


@pytest.mark.parametrize(
    ("name", "text"), [("ids.txt", "s0\n\n s1 \n"), ("ids.csv", "sentence,id\nhello,s0\nyou,s1\n")]
)
def test_expected_ids_are_read_from_lines_or_a_column(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_ids(tmp_path / name) == ["s0", "s1"]


def test_a_csv_of_ids_needs_the_column(tmp_path):
    (tmp_path / "ids.csv").write_text("name\ns0\n")
    with pytest.raises(TokenFileError, match="no column id"):
        read_ids(tmp_path / "ids.csv")
