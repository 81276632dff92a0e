"""A workbook → a Submission: guard, package, grid, recognise, bind, extract."""
