"""A stranger's file: loaded apart, probed, judged, explained."""
