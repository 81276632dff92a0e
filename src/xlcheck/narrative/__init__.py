"""The text of a report (文字说明): what it says of which cell, and whether that is right."""
