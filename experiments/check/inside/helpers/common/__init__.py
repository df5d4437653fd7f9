"""The book's helper modules, for files that come without them."""
