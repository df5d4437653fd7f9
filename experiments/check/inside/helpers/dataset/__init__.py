"""The book's loader, for files that come without it."""
