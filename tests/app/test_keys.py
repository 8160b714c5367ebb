"""Keys are written as links of earlier versions have them, and taken apart in one place."""

import pytest

from app.catalog.keys import RowKey, is_own, is_row_of, own_key, table_key


def test_a_row_of_a_table_is_told_by_its_key():
    key = RowKey(table_key("0123456789abcdef"), 7)
    assert key.text == "table-0123456789ab-7"
    assert RowKey.parse(key.text) == key
    assert is_row_of(key.text, "table-0123456789ab")
    assert not is_row_of(key.text, "table-0123456789a")


@pytest.mark.parametrize(
    "key", ["walk", "own-3", "table-abc", "table-abc-", "table-abc-x", "table-abc-²", "x-3"]
)
def test_other_keys_are_no_rows(key):
    assert RowKey.parse(key) is None
    assert not is_row_of(key, "table-abc")


def test_a_visitors_own_is_told_by_its_key():
    assert is_own(own_key(3))
    assert own_key(3) == "own-3"
    assert not is_own("walk")
