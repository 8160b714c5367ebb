"""Tokens of many clips: tables, their files, editing them, and checking a submission."""

from rvqvae.tokens.editing import Edits, SheetRow, TokenSheet
from rvqvae.tokens.files import read_tokens, write_tokens
from rvqvae.tokens.sheets import ArraySheet, CsvSheet, read_sheet
from rvqvae.tokens.submission import Finding, check_submission, read_ids
from rvqvae.tokens.table import TokenFileError, TokenRow, TokenTable

__all__ = [
    "ArraySheet",
    "CsvSheet",
    "Edits",
    "Finding",
    "SheetRow",
    "TokenFileError",
    "TokenRow",
    "TokenSheet",
    "TokenTable",
    "check_submission",
    "read_ids",
    "read_sheet",
    "read_tokens",
    "write_tokens",
]
