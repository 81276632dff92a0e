"""The rule language: syntax, parser, interval arithmetic, linear form, Excel form."""
