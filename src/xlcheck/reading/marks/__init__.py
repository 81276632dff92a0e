"""Our marks in a workbook that comes back: what they are known by, taking them off, what the unit wrote among them."""
