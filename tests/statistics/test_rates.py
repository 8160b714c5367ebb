import numpy as np
import pytest

from rvqvae.statistics import bit_rates, estimate_entropy


def test_rates_of_uniform_and_constant_layers():
    uniform = estimate_entropy(np.full(512, 1000))
    constant = estimate_entropy(np.array([5000, 0]))
    one, two, three = bit_rates([uniform, constant, uniform], codes=512, steps_per_second=5.0)
    assert [one.layers, two.layers, three.layers] == [1, 2, 3]
    assert [one.nominal, two.nominal, three.nominal] == [45.0, 90.0, 135.0]
    assert one.entropy == pytest.approx(45.0, abs=0.01)
    assert two.entropy == pytest.approx(one.entropy)
    assert three.entropy == pytest.approx(2 * one.entropy)
