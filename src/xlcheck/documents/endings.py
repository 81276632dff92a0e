"""The endings that documents have. Nothing else is imported here: the intake of every run asks for them."""

from __future__ import annotations

from pathlib import PurePosixPath

TEXT_ENDINGS = frozenset({".txt", ".text"})
WORD_ENDINGS = frozenset({".docx", ".docm", ".dotx", ".doc", ".dot", ".wps", ".wpt"})
DOCUMENT_ENDINGS = frozenset({*TEXT_ENDINGS, *WORD_ENDINGS, ".rtf", ".odt", ".pdf"})
# Those of files that LibreOffice turns into .docx, which takes seconds and not milliseconds.
CONVERTED_ENDINGS = frozenset({".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt"})


def called_document(name: str) -> bool:
    """Whether a file is a document by its ending."""
    return PurePosixPath(name).suffix.lower() in DOCUMENT_ENDINGS
