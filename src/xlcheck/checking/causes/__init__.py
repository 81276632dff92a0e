"""From failing relations to what went wrong: see ``docs/causes.md``."""
