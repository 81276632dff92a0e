"""Score sheets checked: their rules, the arithmetic of their texts, what ties them to the tables and to each other."""
