"""Pairs scratch models with their Keras twins, trains, judges and reports."""
