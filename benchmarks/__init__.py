"""Benchmarks: how long building takes, always as a ratio to something else measured in the same run."""
