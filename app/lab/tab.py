"""What a tab of the laboratory says of itself."""

from dataclasses import dataclass

MEANING = "What does a code mean?"
LAYERS = "Which layer matters?"
HEALTH = "Is my tokenizer healthy?"
BETTER = "Which of these is better?"
TABLES = "My tables"


@dataclass(frozen=True)
class Tab:
    """A tab of the laboratory.

    Attributes
    ----------
    name : of its views' panel, of its file here and of its folder in widgets/
    label : on the tab
    question : of a visitor, that it answers; tabs of the same question stand together
    """

    name: str
    label: str
    question: str
