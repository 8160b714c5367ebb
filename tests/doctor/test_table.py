"""The table of docs/doctor.md, made from rows; what must never happen in it."""

from tests.benchmarks.doctor_damages import DAMAGES
from tests.benchmarks.doctor_table import MARK, faults, keep, kept, table, write

ROW = {
    "damage": DAMAGES[0].name,
    "held_out": False,
    "checkpoint": "motion-rvq",
    "verdict": "sick",
    "named": "encoder_strides",
    "judged": "right",
    "sound_mm": 70.0,
    "damaged_mm": 120.0,
    "remedy": "",
    "remedy_before": None,
    "remedy_after": None,
}


def test_nothing_in_the_recorded_table_must_never_happen():
    rows = kept()
    assert rows
    assert [fault for row in rows for fault in faults(row)] == []
    assert sum(row["judged"] != "wrong" for row in rows) >= 0.9 * len(rows)


def test_faults_are_seen():
    assert faults(ROW) == []
    assert faults({**ROW, "verdict": "healthy"}) == ["called healthy"]
    worse = {**ROW, "remedy": "this", "remedy_before": 100.0, "remedy_after": 130.0}
    assert faults(worse) == ["the remedy makes it worse"]


def test_rows_are_kept_and_written(tmp_path):
    results, document = tmp_path / "rows.json", tmp_path / "doctor.md"
    keep([ROW], results)
    keep([{**ROW, "damaged_mm": 130.0}], results)
    (row,) = kept(results)
    assert row["damaged_mm"] == 130.0
    document.write_text(f"Words.\n{MARK}\nold", encoding="utf-8")
    write([row], document)
    text = document.read_text(encoding="utf-8")
    assert text.startswith("Words.")
    assert "old" not in text
    assert table([row]) in text


def test_damages_have_names_of_their_own_and_some_are_kept_aside():
    names = [damage.name for damage in DAMAGES]
    assert len(set(names)) == len(names) >= 28
    assert sum(damage.held_out for damage in DAMAGES) >= 8
