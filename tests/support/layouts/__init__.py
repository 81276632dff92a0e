"""Workbook layouts drawn by us: clean units, drawn layouts, what each cell truly says, single wrong figures."""
