"""Submission + rules → verdicts → findings."""
