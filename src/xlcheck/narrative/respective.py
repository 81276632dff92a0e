"""Lists of figures for as many names: 基本支出360.14万元、项目支出207.04万元，分别占63.50%和36.50%.

Each figure goes to a name of its own, or to a cell of one name that has several (收入总计和支出总计分别为…).
"""

from __future__ import annotations

from collections.abc import Sequence

from xlcheck.narrative.asides import BUDGETS, DOWN, UP
from xlcheck.narrative.spoken import Spoken
from xlcheck.narrative.statements import Item, Role
from xlcheck.narrative.tokens import AMOUNT, PERCENT, SUBJECT, Sentence, Token

_EACH = "分别"
_FILLING = ("连", "各", "决算", "本年", *BUDGETS)


class Respective:
    """Gives the figures of a list to the items named before it in the sentence. ``items`` are those of the last list."""

    def __init__(self, spoken: Spoken) -> None:
        self.spoken = spoken
        self.items: tuple[Item, ...] = ()

    def take(self, sentence: Sentence, at: int) -> int:
        """Take a list that begins with 分别; returns where it ends, 0 where there is none to take here."""
        tokens = sentence.tokens
        if not tokens[at].text.startswith(_EACH):
            return 0
        words = [tokens[at - 1]] if at else []
        figures_at = at + 1
        while figures_at < len(tokens) and tokens[figures_at].printed is None:
            if tokens[figures_at].kind not in (*_FILLING, *UP, *DOWN, "占", "完成", SUBJECT):
                return 0
            words.append(tokens[figures_at])
            figures_at += 1
        listed = _list_of_figures(tokens, figures_at)
        role = _role(words, tokens[listed[0]]) if listed else None
        if len(listed) < 2 or role is None:
            return 0
        inside = tokens[at : listed[-1] + 1]
        whole = next((t for t in words if t.kind == SUBJECT), None) if role is Role.SHARE else None
        if len(self.spoken.cells_in_hand) == len(listed):
            for place, i in enumerate(listed):
                self.spoken.mention(tokens[i], role, inside, place)
            return listed[-1] + 1
        self.items = self._named(role, len(listed))
        for number, i in enumerate(listed):
            if self.items:
                mention = self.spoken.mention_of(self.items[number], tokens[i], role, inside)
                if role is Role.SHARE:
                    self.spoken.set_whole(mention, whole)
            else:
                self.spoken.figure(tokens[i]).why = "unread"
        return listed[-1] + 1

    def _named(self, role: Role, count: int) -> tuple[Item, ...]:
        """The last items named in the sentence, without the whole of others; amounts go to those that have none yet."""
        named = [i for i in self.spoken.named if not any(other.whole is i for other in self.spoken.named)]
        if role is Role.ACTUAL:
            named = [i for i in named if i.actual() is None]
        return tuple(named[-count:]) if len(named) >= count else ()


def _list_of_figures(tokens: Sequence[Token], at: int) -> list[int]:
    """Where the figures of a list stand that begins at a token: of one kind, parted by 、 or ，."""
    found: list[int] = []
    while (
        at < len(tokens)
        and tokens[at].printed is not None
        and tokens[at].kind == tokens[at if not found else found[0]].kind
    ):
        found.append(at)
        at += 2
        if at - 1 >= len(tokens) or tokens[at - 1].kind not in ("、", "，"):
            break
    return found


def _role(words: Sequence[Token], figure: Token) -> Role | None:
    """What the figures of a list are, by the words before them and their kind; None: nobody can tell."""
    kinds = {word.kind for word in words}
    moves = bool(kinds & {*UP, *DOWN})
    if figure.kind == PERCENT:
        return Role.SHARE if "占" in kinds else Role.COMPLETION if "完成" in kinds else Role.RATE if moves else None
    if figure.kind != AMOUNT:
        return None
    return Role.CHANGE if moves else Role.BUDGET if kinds & set(BUDGETS) else Role.ACTUAL
