"""One training, done twice: both sides made, followed, compared and measured."""
