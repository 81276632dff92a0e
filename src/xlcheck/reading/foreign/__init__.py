"""Workbooks in other formats than OOXML, each read into the same grids. One module a format."""
