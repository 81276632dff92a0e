"""Bundles that need no Python on the machine: a folder and one exe for Windows, a folder for Linux desktops (信创)."""
