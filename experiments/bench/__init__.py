"""How fast the loops here are beside what one would use instead, on the machine at hand."""
