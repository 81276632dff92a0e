"""Single mistakes in true texts, and whether the checker finds them where they are.

Each is one that an office makes: a digit, a direction, the base, the unit, the name of another row, a stale year, an item
lost from a list, a digit of a rate or share, 大于 for 小于, a count.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from support.layouts.units import T09
from support.narratives.measuring import Case, Checker, Found, Said, case
from support.narratives.outputs import made
from support.narratives.pen import Placed

_OTHER = {
    "增加": "减少",
    "减少": "增加",
    "增长": "下降",
    "下降": "增长",
    "降低": "增长",
    "大于": "小于",
    "小于": "大于",
    "高于": "低于",
    "低于": "高于",
}
_BASES = {"年初预算": "全年预算", "全年预算": "年初预算", "年初预算数": "全年预算数", "年初预算数为": "全年预算数为"}
_STOP = re.compile(r"[。]")


@dataclass(frozen=True)
class Mistake:
    """What was changed: characters ``start`` to ``end`` of the true text became ``now``; ``near`` is where it may be quoted too."""

    kind: str
    start: int
    end: int
    now: str
    near: tuple[int, int] | None = None


def _digit(placed: Placed, text: str, d: random.Random, last: bool) -> tuple[int, str] | None:
    """Another digit in a figure; not the last one unless it is exact."""
    spots = [i for i in range(placed.start, placed.end) if text[i].isdigit()]
    if not last:  # where the parts are small, further digits are within their rounding
        first = next((n for n, i in enumerate(spots) if text[i] != "0"), 0)
        spots = spots[first : first + 2] if len(spots) > first + 2 else spots[first : first + 1]
    if not spots:
        return None
    i = d.choice(spots)
    choices = [x for x in "0123456789" if x != text[i] and not (i == spots[0] and x == "0")]
    return i, d.choice(choices)


class Mistakes:
    """The mistakes that a text offers, by kind."""

    def __init__(self, case: Case, d: random.Random) -> None:
        self.case, self.d = case, d
        self.text, self.placed = case.output.text, sorted(case.output.placed, key=lambda p: p.start)
        self.makers: dict[str, Callable[[], Mistake | None]] = {
            "digit": self.digit, "rate": self.rate, "share": self.share, "direction": self.direction, "base": self.base,
            "unit": self.unit, "row": self.row, "year": self.year, "lost": self.lost, "than": self.than, "count": self.count,
            "budget": self.budget,
        }  # fmt: skip

    def _pick(self, wanted: Callable[[Placed], bool]) -> Placed | None:
        found = [p for p in self.placed if wanted(p)]
        return self.d.choice(found) if found else None

    def _changed(self, kind: str, placed: Placed | None, last: bool) -> Mistake | None:
        if placed is None:
            return None
        made_ = _digit(placed, self.text, self.d, last)
        return None if made_ is None else Mistake(kind, made_[0], made_[0] + 1, made_[1], (placed.start, placed.end))

    def digit(self) -> Mistake | None:
        return self._changed(
            "digit",
            self._pick(
                lambda p: p.mark.standing == "bound" and p.mark.kind == "amount" and p.mark.text.strip("0.") != ""
            ),
            True,
        )

    def budget(self) -> Mistake | None:
        """A budget that its completion rate, or its table, contradicts."""

        def judged(p: Placed) -> bool:
            after = self.text[p.end : p.end + 60].replace("％", "%").split("。")[0]
            return (
                p.mark.kind == "budget"
                and p.mark.text.strip("0.") != ""
                and ("%" in after or bool(p.mark.cells))
                and ("完成" in after or bool(p.mark.cells))
            )

        found = self._changed("budget", self._pick(judged), False)
        if found is None or found.near is None:
            return found
        rate = next((p for p in self.placed if p.start > found.end and p.mark.kind == "done"), None)
        near = rate.end if rate is not None and rate.end - found.end < 60 else found.near[1]
        return Mistake(found.kind, found.start, found.end, found.now, (found.near[0], near))

    def rate(self) -> Mistake | None:
        return self._changed(
            "rate",
            self._pick(lambda p: p.mark.kind in ("rate", "done") and p.mark.text.strip("0.%％") not in ("", "1")),
            False,
        )

    def share(self) -> Mistake | None:
        return self._changed(
            "share",
            self._pick(lambda p: p.mark.kind == "share" and bool(p.mark.group) and p.mark.text.strip("0.%％") != ""),
            False,
        )

    def _worded(self, kind: str, mark: str) -> Mistake | None:
        placed = self._pick(lambda p: p.mark.kind == mark and self.text[p.start : p.end] in _OTHER)
        return None if placed is None else Mistake(kind, placed.start, placed.end, _OTHER[placed.mark.text])

    def direction(self) -> Mistake | None:
        """Up for down; not where last year was nothing, for there nothing contradicts it."""

        def judged(p: Placed) -> bool:
            return (
                p.mark.kind == "dir"
                and self.text[p.start : p.end] in _OTHER
                and "%" in self.text[p.start : p.start + 40].replace("％", "%").split("。")[0].split("；")[0]
            )

        placed = self._pick(judged)
        return None if placed is None else Mistake("direction", placed.start, placed.end, _OTHER[placed.mark.text])

    def than(self) -> Mistake | None:
        return self._worded("than", "than")

    def base(self) -> Mistake | None:
        """年初预算 for 全年预算 in a rate of completion whose budget has just been named; 年初预算 for 上年 in 三公."""
        if self.d.random() < 0.4:
            years = [
                p
                for p in self.placed
                if p.mark.kind == "base"
                and self._in_public(p.start)
                and self.text[p.start : p.end] in ("上年", "上年度", f"{self.case.unit.year - 1}年度")
            ]
            if years:
                placed = self.d.choice(years)
                after = next((p for p in self.placed if p.start > placed.end and p.mark.kind == "delta"), None)
                if after is not None and after.start - placed.end < 40:
                    return Mistake("base", placed.start, placed.end, "全年预算数", (placed.start, after.end + 4))
        placed = self._pick(
            lambda p: (
                p.mark.kind == "base"
                and self.text[p.start : p.end] in _BASES
                and self.text[p.start - 2 : p.start] == "完成"
                and "预算" in self.text[max(0, p.start - 60) : p.start - 2]
            )
        )
        return (
            None
            if placed is None
            else Mistake(
                "base", placed.start, placed.end, _BASES[placed.mark.text], (placed.start - 2, placed.end + 12)
            )
        )

    def _in_public(self, at: int) -> bool:
        """In the section of 三公, where the budget stands in the table."""
        begin, end = self.text.find("“三公”经费支出决算总体"), self.text.find("机关运行经费支出")
        return begin < at < end if 0 < begin < end else False

    def unit(self) -> Mistake | None:
        placed = self._pick(
            lambda p: (
                p.mark.standing == "bound"
                and p.mark.kind == "amount"
                and p.mark.text.strip("0.") != ""
                and self.text[p.end : p.end + 2] == "万元"
            )
        )
        return (
            None if placed is None else Mistake("unit", placed.end, placed.end + 1, "", (placed.start, placed.end + 2))
        )

    def row(self) -> Mistake | None:
        """The name of another row of the same list."""
        names = [
            p
            for p in self.placed
            if p.mark.kind == "name"
            and p.mark.group in ("收入", "支出", "class", "public", "subject", "采购", "car", "basic")
        ]
        self.d.shuffle(names)
        for placed in names:
            if self.text[placed.start : placed.end] != placed.mark.text:
                continue
            figure = next(
                (
                    p
                    for p in self.placed
                    if p.start >= placed.end
                    and p.mark.standing in ("bound", "derived")
                    and p.mark.kind in ("amount", "count")
                ),
                None,
            )
            if figure is None or figure.start - placed.end > 120:
                continue
            for other in names:
                theirs = next(
                    (
                        p
                        for p in self.placed
                        if p.start >= other.end
                        and p.mark.standing in ("bound", "derived")
                        and p.mark.kind in ("amount", "count")
                    ),
                    None,
                )
                if (
                    other.mark.group == placed.mark.group
                    and other.mark.text != placed.mark.text
                    and theirs is not None
                    and theirs.mark.text != figure.mark.text
                    and theirs.mark.cells != figure.mark.cells
                ):
                    return Mistake("row", placed.start, placed.end, other.mark.text, (placed.start, figure.end))
        return None

    def year(self) -> Mistake | None:
        """Last year's report was taken for this one's."""
        y = self.case.unit.year
        begin = self.text.rfind("收入支出决算总体情况")
        spots = [m for m in re.finditer(f"{y}年度", self.text) if m.start() > begin and self._in_sentence(m.start())]
        if not spots:
            return None
        m = self.d.choice(spots)
        return Mistake("year", m.start(), m.start() + 4, str(y - 1), (m.start(), m.end()))

    def _in_sentence(self, at: int) -> bool:
        """With an amount behind it, not in a heading."""
        line = self.text[at : at + 60].split("。")[0]
        return bool(re.search(r"\d\s?万元", line)) and "情况说明" not in line

    def lost(self) -> Mistake | None:
        """An item of a list with its amount and share."""
        items = []
        for i, p in enumerate(self.placed):
            if p.mark.kind == "name" and p.mark.group in ("收入", "支出", "class"):
                amount = next(
                    (q for q in self.placed[i + 1 : i + 3] if q.mark.kind == "amount" and q.mark.group == p.mark.group),
                    None,
                )
                share = next(
                    (q for q in self.placed[i + 1 : i + 4] if q.mark.kind == "share" and q.mark.group == p.mark.group),
                    None,
                )
                if amount and share and share.start < amount.end + 30:
                    quote = 1 if self.text[p.start - 1] in '“"' else 0
                    items.append((p.start - quote, share.end, amount, p.mark.group))
        lists: list[list[tuple[int, int, Placed, str]]] = []
        for item in items:
            if (
                lists
                and item[3] == lists[-1][-1][3]
                and item[0] - lists[-1][-1][1] < 3
                and self.text[lists[-1][-1][1]] in "；，"
            ):
                lists[-1].append(item)
            else:
                lists.append([item])
        whole = [
            (lst, i) for lst in lists if len(lst) > 2 for i in range(len(lst)) if lst[i][2].mark.text.strip("0.") != ""
        ]
        if not whole:
            return None
        listed, i = self.d.choice(whole)
        start, end = (listed[i][0], listed[i + 1][0]) if i + 1 < len(listed) else (listed[i - 1][1], listed[i][1])
        first, final = listed[0][0], listed[-1][1]
        return Mistake("lost", start, end, "", (max(0, first - 80), final - (end - start)))

    def count(self) -> Mistake | None:
        return self._changed(
            "count",
            self._pick(lambda p: p.mark.kind == "count" and p.mark.group == "car" and self.case.style != "北京"),
            True,
        )


def seeds(case: Case, number: int, kinds: Sequence[str]) -> Iterator[Mistake]:
    d = random.Random(f"mistake {case.style} {case.seed} {number}")
    found = Mistakes(case, d).makers[kinds[number % len(kinds)]]()
    if found is not None:
        yield found


@dataclass
class Verdict:
    """What came of a mistake."""

    exact: bool
    loose: bool
    elsewhere: int
    said: list[Said]


def judge(checker: Checker, case: Case, before: Found, mistake: Mistake) -> Verdict:
    """Check the mistaken text beside the true one."""
    text = case.output.text[: mistake.start] + mistake.now + case.output.text[mistake.end :]
    found = checker.check(case, made(case.output.form, text, [], case.output.numbered).data)
    old = Counter((r.rule, r.quote, r.sentence) for r in before.remarks)
    new = []
    for r in found.remarks:
        key = (r.rule, r.quote, r.sentence)
        if old[key]:
            old[key] -= 1
        elif r.severity in ("错误", "核实"):
            new.append(r)
    start, end = mistake.start, mistake.start + max(1, len(mistake.now))
    a, b = (min(start, mistake.near[0]), max(end, mistake.near[1])) if mistake.near else (start, end)
    left = max((m.end() for m in _STOP.finditer(text, 0, start)), default=0)
    stop = _STOP.search(text, end)
    right = stop.start() if stop else len(text)
    exact = any(s < b and a < e for r in new for s, e in r.spans)
    loose = exact or any(s < right and left < e for r in new for s, e in r.spans)
    away = [r for r in new if r.severity == "错误" and not any(s < right and left < e for s, e in r.spans)]
    return Verdict(exact, loose, len(away), new)


def seeded(checker: Checker, styles: Sequence[str], count: int, show: int, first: int = 0) -> Iterator[str]:
    """Seed mistakes over the styles; the lines say what was found, by kind and by style."""
    kinds = tuple(Mistakes(case(styles[0], first), random.Random(0)).makers)
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    by_style: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, list[str]] = defaultdict(list)
    done = number = 0
    befores: dict[tuple[str, int], tuple[Case, Found]] = {}
    while done < count and number < count * 4:
        style = styles[number % len(styles)]
        seed = first + (number // len(styles)) % 8
        if (style, seed) not in befores:
            one = case(style, seed)
            befores[style, seed] = (one, checker.check(one))
        one, before = befores[style, seed]
        for mistake in seeds(one, number // len(styles), kinds):
            done += 1
            verdict = judge(checker, one, before, mistake)
            for tally in (by_kind[mistake.kind], by_style[style]):
                tally["all"] += 1
                tally["exact"] += verdict.exact
                tally["loose"] += verdict.loose
                tally["elsewhere"] += bool(verdict.elsewhere)
            text = one.output.text
            around = (
                text[max(0, mistake.start - 50) : mistake.start]
                + f"【{text[mistake.start : mistake.end]}→{mistake.now}】"
                + text[mistake.end : mistake.end + 40]
            )
            around = around.replace("\n", "⏎")
            if not verdict.loose:
                missed[mistake.kind].append(f"{style}: {around}")
            elif verdict.elsewhere:
                away = [r for r in verdict.said if r.severity == "错误"][-1]
                missed[mistake.kind + " elsewhere"].append(f"{style}: {around} ‖ {away.rule} {away.message[:90]}")
        number += 1
    yield ("mistake | made | exact | loose | new 错误 elsewhere")
    for name, tally in [*by_kind.items(), *by_style.items(), ("all", sum(by_kind.values(), Counter()))]:
        n = tally["all"] or 1
        yield (f"{name} | {tally['all']} | {tally['exact'] / n:.1%} | {tally['loose'] / n:.1%} | {tally['elsewhere']}")
    for kind, said in missed.items():
        if show:
            yield (f"  missed {kind} ({len(said)})")
            for one_ in said[:show]:
                yield (f"     {one_}")


_ = T09
