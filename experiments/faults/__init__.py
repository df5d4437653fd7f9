"""What goes wrong in hand-written nets: injected to prove the checks, replayed to name bugs."""
