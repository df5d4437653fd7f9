"""Tables, plots and pages from `results.json`, and from nothing else."""
