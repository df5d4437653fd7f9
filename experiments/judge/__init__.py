"""Histories in, verdicts out: no file, no clock, no training."""
