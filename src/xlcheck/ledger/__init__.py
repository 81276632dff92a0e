"""The ledger: what happened to every workbook and every letter. The only place that decides "already done".

The only door for SQLite. Nothing here looks at files of the inbox or speaks to servers.
"""
