"""YAML → the compiled sets: the only door for yaml and pydantic."""
