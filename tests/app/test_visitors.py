"""Ten visitors at once over the page's own route: each gets all of their own work and none of others'."""

from app.workbench.workbench import Workbench
from tests.support.learner import opening_encoded
from tests.support.visitors import visit_together


def test_ten_visitors_edit_at_once(served, library):
    encoded = opening_encoded(library)
    bench = Workbench.of(encoded)
    visits, _ = visit_together(served, 10, 5, encoded.tokens.shape[1], encoded.num_codes)
    assert [visit.notices for visit in visits] == [[""] * 5] * 10
    apart = [visit.apart(bench) for visit in visits]
    assert [tokens for tokens, _ in apart] == [0] * 10
    assert max(features for _, features in apart) < 1e-3
    ends = {visit.tokens.tobytes() for visit in visits}
    assert len(ends) == 10
