"""Click's own words in Chinese, whatever the language of the system: ``locale/zh_CN/LC_MESSAGES/messages.po``.

Click asks gettext for the domain "messages" in the language of the environment. To bind that domain would bind it for
every library that asks for it, and only where the environment says Chinese. So the two functions of gettext, as click's
modules hold them, are bound to the catalogue, and no other library's.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Iterable
from functools import cached_property

# Every run reads the file, however short: pathlib, and even compiled expressions, would take longer than all of this.
PO = os.path.join(os.path.dirname(__file__), "locale", "zh_CN", "LC_MESSAGES", "messages.po")  # noqa: PTH118, PTH120


class Catalogue(gettext.NullTranslations):
    """The sentences of a .po file, read when the first of them is asked for. Chinese has one form for any number."""

    def __init__(self, path: str = PO) -> None:
        super().__init__()
        self._path = path

    @cached_property
    def sentences(self) -> dict[str, str]:
        """What stands in the file, by what click says."""
        with open(self._path, encoding="utf-8") as file:  # noqa: PTH123
            return _sentences(file)

    def gettext(self, message: str) -> str:
        """The Chinese of a sentence; what is not in the file stays as it is."""
        return self.sentences.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The Chinese of a sentence with a number in it."""
        return self.sentences.get(msgid1) or super().ngettext(msgid1, msgid2, n)


def _sentences(lines: Iterable[str]) -> dict[str, str]:
    """The entries of a .po file: a string stands behind its keyword, and goes on in the lines below."""
    found: dict[str, str] = {}
    keyword = sentence = ""
    for line in lines:
        word, quote, string = line.strip().partition('"')
        if not quote or word.startswith("#"):
            continue
        keyword = word.strip() or keyword
        text = _unescaped(string.removesuffix('"'))
        if keyword == "msgid":
            sentence = text if word else sentence + text
        elif keyword in ("msgstr", "msgstr[0]"):
            found[sentence] = found.get(sentence, "") + text
    return found


def _unescaped(string: str) -> str:
    parts = string.split("\\\\")
    return "\\".join(p.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"') for p in parts)


CATALOGUE = Catalogue()


def speak_chinese() -> None:
    """Let every module of click that has been imported speak through the catalogue."""
    bound = (("_", gettext.gettext, CATALOGUE.gettext), ("ngettext", gettext.ngettext, CATALOGUE.ngettext))
    for name, module in list(sys.modules.items()):
        if name == "click" or name.startswith("click."):
            for alias, theirs, ours in bound:
                if vars(module).get(alias) is theirs:
                    setattr(module, alias, ours)
