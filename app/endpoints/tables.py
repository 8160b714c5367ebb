"""Tables of tokens, checked as a submission."""

from dataclasses import asdict
from typing import ClassVar

from app.endpoints.arguments import Endpoints
from app.take import StudioError
from rvqvae.motion.submission import check_submission, read_ids

MOST_FINDINGS = 1_000


class Tables(Endpoints):
    """Endpoints about tables of tokens."""

    NAMES: ClassVar = ("check_tokens",)
    LONG: ClassVar = NAMES

    def check_tokens(self, table: dict, ids: list | dict | None = None) -> dict:
        """What is wrong or suspicious in a Motion-S submission (.csv), by row (the header is row 1) and
        column.

        ids are those that it must hold, as a list, or as a file of them that is sent along.
        """
        file, name = self.uploaded(table)
        try:
            expected = [str(one) for one in ids] if isinstance(ids, list) else None
            if isinstance(ids, dict):
                expected = read_ids(self.uploaded(ids)[0])
            findings = check_submission(file, expected)
        except StudioError:
            raise
        except ValueError as error:
            raise StudioError(f"{str(error).replace(str(file), name)}.") from error
        return {
            "wrong": sum(finding.wrong for finding in findings),
            "suspicious": sum(not finding.wrong for finding in findings),
            "findings": [asdict(finding) for finding in findings[:MOST_FINDINGS]],
        }
