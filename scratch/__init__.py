"""The nets of the sources, by hand: NumPy alone. Start with `functions`, end with `train`."""
