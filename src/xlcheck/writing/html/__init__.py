"""The report as one page for a browser: findings, their figures, and every table with its marks."""
