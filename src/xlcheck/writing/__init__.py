"""Findings → paper: the marked copy, the list sheet, text, JSON; and the words a user reads."""
