"""xlcheck: checks filled 决算公开 workbooks and marks what is wrong."""

__version__ = "0.1.0"
