"""Who has sent what, who has not, what is still wrong: the ledger beside the roster, as table, workbook and page."""
