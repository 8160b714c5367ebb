"""The browser's declarations are those of Python, and a payload that is otherwise is noticed."""

from typing import Any, Literal, NotRequired, TypedDict

import pytest

from app.payloads.arrays import pack
from app.payloads.packed import PackedArray
from tests.js.payload_types import DECLARATIONS, PAYLOADS, complaints, declarations


class Fruit(TypedDict):
    kind: Literal["apple", "pear"]
    grams: float
    stalk: NotRequired[bool]


class Basket(TypedDict):
    fruit: list[Fruit]
    owner: str | None
    notes: dict[str, Any]


GOOD: dict[str, Any] = {"fruit": [{"kind": "pear", "grams": 3}], "owner": None, "notes": {"a": [1]}}


def test_the_committed_declarations_are_up_to_date():
    message = "run python -m tests.js.payload_types"
    assert DECLARATIONS.read_text() == declarations(), message


def test_what_conforms_has_no_complaint():
    assert complaints(GOOD, Basket) == []
    assert complaints({**GOOD["fruit"][0], "stalk": True}, Fruit) == []
    assert complaints(pack([[1, 2]], "i16"), PackedArray) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"owner": 3}, "payload.owner"),
        ({"fruit": [{"kind": "plum", "grams": 1.0}]}, "payload.fruit[0].kind is 'plum'"),
        ({"fruit": [{"kind": "pear"}]}, "payload.fruit[0] has no 'grams'"),
        ({"fruit": [{"kind": "pear", "grams": True}]}, "payload.fruit[0].grams is True"),
        ({"fruit": (1,)}, "payload.fruit is a tuple"),
        ({"colour": 1}, "payload has 'colour', which Basket has not"),
    ],
)
def test_what_does_not_is_named_by_its_place(wrong, said):
    found = complaints({**GOOD, **wrong}, Basket)
    assert len(found) == 1
    assert said in found[0]


def test_every_kind_of_field_has_a_counterpart():
    text = declarations({"basket": Basket})
    assert 'kind: "apple" | "pear";' in text
    assert "stalk?: boolean;" in text
    assert "owner: string | null;" in text
    assert "notes: Record<string, any>;" in text
    assert "  basket: BasketPayload;" in text
    with pytest.raises(TypeError, match="no counterpart"):
        declarations({"set": set[str]})


def test_every_payload_is_declared():
    text = declarations()
    assert all(f"  {view}: " in text for view in PAYLOADS)
