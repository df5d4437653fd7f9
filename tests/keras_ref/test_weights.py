import numpy as np
import pytest

from keras_ref import weights
from keras_ref.runtime import use_dtype
from keras_ref.two_layer_net import TwoLayerNet


def test_parameters_come_back_as_they_were_set(probe):
    use_dtype("float64")
    params, _, _ = probe
    returned = weights.get_params(TwoLayerNet(params))
    assert list(returned) == list(params)
    for name, values in params.items():
        np.testing.assert_array_equal(returned[name], values)


def test_unknown_or_missing_names_are_refused(probe):
    use_dtype("float64")
    params, _, _ = probe
    model = TwoLayerNet(params)
    with pytest.raises(ValueError, match="b2"):
        weights.set_params(model, {name: params[name] for name in ("W1", "b1", "W2")})
