import numpy as np

from keras_ref.layers import BiasUnit, forward
from keras_ref.runtime import keras, tf, use_dtype
from keras_ref.sigmoid_mlp import SigmoidMLP


def test_bias_unit_overwrites_the_last_column_and_stops_its_gradient():
    use_dtype("float64")
    z = tf.constant([[0.2, 0.3], [0.4, 0.5]], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(z)
        out = BiasUnit()(z)
        total = keras.ops.sum(out * out)
    np.testing.assert_array_equal(out, [[0.2, 1], [0.4, 1]])
    np.testing.assert_allclose(tape.gradient(total, z), [[0.4, 0], [0.8, 0]])


def test_forward_gives_every_layer_by_name():
    use_dtype("float64")
    model = SigmoidMLP({"W1": np.zeros((1, 2)), "W2": np.array([[2.0], [2]])})
    activations = forward(model, np.array([[5.0]]))
    assert list(activations) == ["a1", "z1", "a2", "y"]
    np.testing.assert_array_equal(activations["z1"], [[0.5, 0.5]])
    np.testing.assert_array_equal(activations["a2"], [[2]])
