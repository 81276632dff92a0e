"""Exact search for assignments and minimum repairs; knows nothing of tables."""
