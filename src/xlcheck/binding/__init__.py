"""Which table, column and row every figure of a workbook belongs to: by evidence, with a grade, and its doubts said."""
