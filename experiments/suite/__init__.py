"""Many experiments: what is chosen, trained over processes, and kept from before."""
