"""A Keras program: run with what takes long stood in for, described, and held against itself."""
