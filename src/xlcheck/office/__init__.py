"""The reviewer's desk: its settings and folders, the roster of units, and which workbook is whose."""
