"""A draft of a mapping from a blank or filled workbook, for a person to finish."""
