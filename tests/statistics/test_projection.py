import numpy as np
import pytest

from rvqvae.statistics import principal_plane


def test_axes_of_a_flat_cloud_are_its_own(rng):
    basis = np.linalg.qr(rng.normal(size=(7, 2)))[0]
    inside = rng.normal(size=(200, 2)) * [5.0, 1.0]
    plane = principal_plane(3.0 + inside @ basis.T)
    assert plane.explained.sum() == pytest.approx(1)
    assert plane.explained[0] > plane.explained[1] > 0
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    points = plane.project(3.0 + inside @ basis.T)
    apart = np.linalg.norm(points[:, None] - points, axis=-1)
    np.testing.assert_allclose(apart, np.linalg.norm(inside[:, None] - inside, axis=-1), atol=1e-9)


def test_explained_variance_is_scikit_learns(rng):
    decomposition = pytest.importorskip("sklearn.decomposition")
    points = rng.normal(size=(60, 9)) * np.arange(1, 10)
    plane, expected = principal_plane(points), decomposition.PCA(2).fit(points)
    np.testing.assert_allclose(plane.explained, expected.explained_variance_ratio_)
    np.testing.assert_allclose(np.abs(plane.project(points)), np.abs(expected.transform(points)), atol=1e-9)


def test_signs_do_not_depend_on_the_order_of_the_points(rng):
    points = rng.normal(size=(30, 5)) * [9, 5, 1, 1, 1]
    other = principal_plane(points[::-1])
    np.testing.assert_allclose(principal_plane(points).axes, other.axes, atol=1e-9)


@pytest.mark.parametrize(("points", "directions"), [(np.ones((4, 3)), 0), (np.eye(3)[[0, 0, 1]], 1)])
def test_directions_that_are_not_there_are_zero(points, directions):
    plane = principal_plane(points)
    assert (np.linalg.norm(plane.axes, axis=1) > 0).sum() == directions
    assert plane.explained.sum() == pytest.approx(float(directions > 0))
    assert np.isfinite(plane.project(points)).all()


def test_share_of_a_vector():
    plane = principal_plane(np.array([[4.0, 0, 0], [-4, 0, 0], [0, 1, 0], [0, -1, 0]]))
    assert plane.share_of([3, 0, 4]) == pytest.approx(9 / 25)
    assert plane.share_of([0, 0, 0]) == 0
