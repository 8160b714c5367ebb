import numpy as np
import pytest

from rvqvae.cli.main import main
from rvqvae.tokens import TokenRow, TokenTable, write_tokens


@pytest.fixture
def table(tmp_path, rng):
    rows = [TokenRow(f"s{i}", rng.integers(0, 512, (6, 50))) for i in range(3)]
    write_tokens(tmp_path / "s.csv", TokenTable(rows))
    return tmp_path / "s.csv", rows


def test_a_good_submission_passes(table, tmp_path, capsys):
    (tmp_path / "ids.txt").write_text("s0\ns1\n\ns2\n")
    assert main(["check", str(table[0]), "--ids", str(tmp_path / "ids.txt")]) == 0
    assert capsys.readouterr().out == f"{table[0]}: 0 wrong, 0 suspicious\n"


def test_findings_are_listed_with_exit_status_1(table, tmp_path, capsys):
    path, rows = table
    rows[1].tokens[2, 4] = 512
    rows[2].tokens[5] = 3
    write_tokens(path, TokenTable(rows))
    (tmp_path / "ids.txt").write_text("s0\ns1\ns2\ns9\n")
    assert main(["check", str(path), "--ids", str(tmp_path / "ids.txt")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "wrong: row 3, column residual_2: token 5 is 512; expected 0 to 511",
        "suspicious: row 4, column residual_5: code 3 repeats 50 times from token 1",
        "wrong: column id: 's9' is missing",
        f"{path}: 2 wrong, 1 suspicious",
    ]


def test_suspicion_alone_passes_and_long_lists_are_cut(table, capsys):
    path, rows = table
    rows[0].tokens[0] = 3
    write_tokens(path, TokenTable(rows))
    assert main(["check", str(path)]) == 0
    many = [TokenRow(f"s{i}", np.full((6, 50), 600)) for i in range(50)]
    write_tokens(path, TokenTable(many))
    assert main(["check", str(path)]) == 1
    assert "... and " in capsys.readouterr().out


def test_files_that_cannot_be_read_end_with_status_2(table, tmp_path, capsys):
    assert main(["check", str(tmp_path / "none.csv")]) == 2
    assert "no such file" in capsys.readouterr().err
    (tmp_path / "ids.txt").write_bytes(b"\xff\xfe")
    assert main(["check", str(table[0]), "--ids", str(tmp_path / "ids.txt")]) == 2
    assert "expected one id a line" in capsys.readouterr().err
