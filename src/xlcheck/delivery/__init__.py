"""Workbooks in, answers out: the inbox that is watched, the letters, the mail servers."""
