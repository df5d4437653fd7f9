"""The twins of `scratch`, file for file, as tf.keras Sequential models.

The only package that imports TensorFlow. Layers carry the names of the activations they give
("a1", "z1", …, "y"), so that a comparison walks both sides by name.
"""
