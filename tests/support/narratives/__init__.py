"""Whole texts (文字说明) of made-up units, with what each figure is; shares nothing with the program's own wording."""
