"""What a run found out, written and read in one place."""
