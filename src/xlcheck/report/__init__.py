"""One report: what a check found, assembled once, frozen; its words, its marks, its JSON."""
