"""What is said of a reading: by position and figures (提示), doubts with both readings (核实), figures left over.

One finding a table and kind, never one a column (docs/binding.md §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xlcheck.binding.evidence import close
from xlcheck.binding.reading import Reading, RowRead, SectionRead
from xlcheck.binding.rowlabels import strange_label
from xlcheck.binding.slots import DOUBTFUL, LIKELY
from xlcheck.form import TOTAL, Severity
from xlcheck.labels import address, column_letters
from xlcheck.model import CellRef, Remark
from xlcheck.reading.extract import digits

_MOST = 6


def report_reading(reading: Reading, remarks: list[Remark]) -> None:
    """The findings about how a table was read."""
    likely: list[str] = []
    doubtful: list[str] = []
    cells: list[CellRef] = []
    for section in reading.sections.values():
        _columns(reading, section, likely, doubtful, cells)
        _rows(reading, section, likely, doubtful, cells)
        _left_over(reading, section, remarks)
        _doubled(reading, section, remarks)
        if section.lost and not reading.said:
            remarks.append(_finding(reading, Severity.VERIFY, "not_read", (), found=section.lost))
    _unread(reading, remarks)
    if reading.spec.all_rows and (left := _left_out(reading)):
        remarks.append(_finding(reading, Severity.VERIFY, "missing_rows", (), expected=_some(left)))
    if doubtful:
        remarks.append(_finding(reading, Severity.VERIFY, "doubtful_binding", cells, found=_some(doubtful)))
    if likely:
        remarks.append(_finding(reading, Severity.NOTE, "likely_binding", (), found=_some(likely)))
    for what, facts in reading.said:
        severity = Severity.NOTE if what in ("no_title", "other_title") else Severity.VERIFY
        remarks.append(_finding(reading, severity, what, (), **facts))


def _left_out(reading: Reading) -> list[str]:
    """Rows that the form has and the sheet does not print, of a table that must print them all."""
    found = []
    for read in reading.sections.values():
        if not read.lost:
            needed = {r.key for r in read.spec.rows if not r.optional}
            found += [
                f"“{r.label}”" for r in read.rows if r.at is None and r.key in needed and r.key not in read.doubled
            ]
    return found


def _finding(reading: Reading, severity: Severity, what: str, refs: Iterable[CellRef], **facts: str) -> Remark:
    sheet = reading.frame.grid.name
    cells = tuple(refs) or (CellRef(reading.spec.number, sheet, None, "subject", reading.spec.name, None),)
    facts = {"table": reading.spec.title, "name": reading.spec.name, "sheet": sheet, **facts}
    return Remark(None, severity, "structure", what, cells, params=facts)


def _columns(reading: Reading, read: SectionRead, likely: list[str], doubtful: list[str], cells: list[CellRef]) -> None:
    for key, grade in read.column_grades.items():
        at = read.column_at.get(key)
        if at is None or not _figures(reading, read, at):
            continue
        name = _heading(reading, read, at)
        place = f"{column_letters(at)} 栏“{name}”"
        if grade == LIKELY:
            likely.append(f"{place}认作“{key}”")
        elif grade == DOUBTFUL:
            rival = read.rivals.get(key, "")
            doubtful.append(f"{place}像是“{key}”" + (f"，也可能是“{rival}”" if rival else "，但拿不准"))
            row = reading.bottom or reading.data_from
            cells.append(
                CellRef(reading.spec.number, reading.frame.grid.name, address(max(row, 1), at), "subject", key, name)
            )


def _rows(reading: Reading, read: SectionRead, likely: list[str], doubtful: list[str], cells: list[CellRef]) -> None:
    guessed = 0
    columns = read.spec.column_keys
    for i, row in enumerate(read.rows):
        if row.at is None or not _filled(reading, read, i, columns):
            continue
        column = read.lead_at.get("label", read.lead_at.get("code", 1))
        text = "".join(reading.frame.text(row.at, column).split())
        if row.grade == LIKELY and row.code and read.spec.shape != "labels":
            guessed += 1
        elif row.grade == LIKELY:
            likely.append(f"第 {row.at} 行“{text}”认作“{row.label}”")
        elif row.grade == DOUBTFUL:
            doubtful.append(
                f"第 {row.at} 行“{text}”像是“{row.label}”" + (f"，也可能是“{row.rival}”" if row.rival else "，但拿不准")
            )
            at = address(row.at, column)
            cells.append(CellRef(reading.spec.number, reading.frame.grid.name, at, "subject", row.label, text))
    if guessed:
        likely.append(f"没有科目代码，{guessed} 行按科目名称认出代码")
    for (i, key), grade in read.cell_grades.items():
        spot = read.cell_at[i, key]
        if not reading.frame.figure(*spot):
            continue
        said = f"{address(*spot)} 认作“{read.rows[i].label}·{key}”"
        (likely if grade == LIKELY else doubtful).append(said)


def _left_over(reading: Reading, read: SectionRead, remarks: list[Remark]) -> None:
    if read.open:
        names = [f"{column_letters(c)} 栏“{_heading(reading, read, c)}”" for c in read.open]
        row = reading.bottom or reading.data_from or 1
        refs = [_ref(reading, row, c) for c in read.open]
        remarks.append(_finding(reading, Severity.VERIFY, "open_columns", refs, found=_some(names)))
    named = [(r, t) for r, t in read.strange if not _nameless(reading, t)]
    if named:
        names = [f"第 {r} 行“{''.join(t.split())}”" for r, t in named]
        column = read.lead_at.get("label", read.lead_at.get("code", 1))
        refs = [_ref(reading, r, column) for r, _ in named]
        remarks.append(_finding(reading, Severity.VERIFY, "open_rows", refs, found=_some(names)))
    if read.absent:
        remarks.append(
            _finding(reading, Severity.VERIFY, "absent_columns", (), found="、".join(f"“{k}”" for k in read.absent))
        )


def _nameless(reading: Reading, text: str) -> bool:
    """Whether a row says nothing of itself: no text, or a word of the header."""
    key = reading.frame.words.key(text)
    leads = reading.frame.words.leads
    return strange_label(text) or any(key in leads[role] for role in ("label", "line", "name", "code", "amount"))


def _captioned(reading: Reading, row: int) -> bool:
    """Whether a row is that of the column numbers, whatever else was put into it."""
    frame = reading.frame
    return any(frame.words.key(frame.text(row, c)) in ("栏次", "行次") for c in frame.grid.rows[row])


def _adds_up(reading: Reading, row: int) -> bool:
    """Whether a row of the table of economic codes says its figure in parts too: 合计 | 人员经费 | 公用经费."""
    if reading.spec.sections[0].shape != "blocks":
        return False
    figures = [v for _, v in reading.frame.figures(row)]
    code = reading.frame.figures(row)[0][1] if figures else 0
    if code and code % 1_000_000 == 0 and 300_000_000 <= code < 40_000_000_000:
        figures = figures[1:]  # a code stored as a number
    parts = sorted(figures)
    return len(parts) > 1 and close(sum(parts[:-1]), parts[-1], len(parts))


def _beside(reading: Reading, row: int) -> bool:
    """Whether a row of a table of items is another thing that the form asks for: counts, 会议费, 机关运行经费."""
    if reading.spec.sections[0].shape != "record":
        return False
    used = [c for s in reading.sections.values() for _, c in s.cell_at.values()]
    return any(reading.frame.text(row, c) for c in reading.frame.grid.rows[row] if c < min(used, default=0))


def _as_total(reading: Reading) -> set[int]:
    """Rows of a code table that repeat its total and are no code: the unit itself, in its own name."""
    found: set[int] = set()
    for read in reading.sections.values():
        total = next((r.at for r in read.rows if r.key == TOTAL and r.at is not None), None)
        if read.spec.shape != "codes" or total is None:
            continue
        columns = set(read.column_at.values())
        own = [reading.frame.figure(total, c) for c in columns]
        taken = {r.at for r in read.rows}
        found |= {
            r
            for r in reading.frame.lines
            if r not in taken and any(own) and [reading.frame.figure(r, c) for c in columns] == own
        }
    return found


def _unread(reading: Reading, remarks: list[Remark]) -> None:
    """Figures in the columns of figures that nothing took, in rows that are not said already: one finding a table."""
    frame = reading.frame
    keys = {s.spec.key: s.spec.column_keys for s in reading.sections.values()}
    used = {s.spot(i, k) for s in reading.sections.values() for i in range(len(s.rows)) for k in keys[s.spec.key]}
    columns = {at[1] for at in used if at is not None}
    said = {r for s in reading.sections.values() for r, t in s.strange if not _nameless(reading, t)}
    said |= {r for s in reading.sections.values() for places in s.doubled.values() for r in places}
    said |= {r for s in reading.sections.values() if s.covered for r in frame.lines}
    again = _as_total(reading)
    cells = [
        (r, c)
        for r in frame.lines
        if r > reading.bottom and r not in said and r not in again and not frame.counting(r)
        for c, v in frame.figures(r)
        if v
        and c in columns
        and (r, c) not in used
        and not _beside(reading, r)
        and not _adds_up(reading, r)
        and not (_captioned(reading, r) and 0 < v < 100_000_000 and v % 1_000_000 == 0)
    ]
    if cells and not any(s.lost for s in reading.sections.values()):
        refs = [_ref(reading, r, c) for r, c in cells]
        places = [f"{address(r, c)}（{digits(frame.grid.text(r, c))}）" for r, c in cells]
        remarks.append(_finding(reading, Severity.VERIFY, "unread_figure", refs, found=_some(places)))


def _doubled(reading: Reading, read: SectionRead, remarks: list[Remark]) -> None:
    for key, rows in read.doubled.items():
        column = read.lead_at.get("label", read.lead_at.get("code", 1))
        refs = [_ref(reading, r, column) for r in rows]
        remarks.append(
            _finding(
                reading, Severity.VERIFY, "ambiguous_row", refs, expected=key, found=_some([f"第 {r} 行" for r in rows])
            )
        )


def _ref(reading: Reading, row: int, column: int) -> CellRef:
    grid = reading.frame.grid
    return CellRef(reading.spec.number, grid.name, address(row, column), "subject", "", grid.text(row, column))


def _heading(reading: Reading, read: SectionRead, column: int) -> str:
    """The header over a column, on one line."""
    printed = reading.frame.printed
    texts = (printed.get(t, t) for t in read.paths.get(column, ()))
    return "·".join("".join(t.split()) for t in texts) or "没有表头"


def _figures(reading: Reading, read: SectionRead, column: int) -> bool:
    return any(reading.frame.figure(r.at, column) for r in read.rows if r.at is not None)


def _filled(reading: Reading, read: SectionRead, row: int, columns: Sequence[str]) -> bool:
    spots = (read.spot(row, k) for k in columns)
    return any(s is not None and reading.frame.figure(*s) for s in spots)


def row_reason(reading: Reading, read: SectionRead, row: RowRead) -> str:
    """Why a row has no figures."""
    where = f"{reading.spec.title}（工作表“{reading.frame.grid.name}”）"
    if row.key in read.doubled:
        return f"{reading.spec.title}“{row.label}”有几行，分不清是哪一行"
    label = "合计" if row.key == TOTAL else row.label
    return f"{where}没有“{label}”这一行"


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:_MOST])
    return shown if len(names) <= _MOST else f"{shown} 等 {len(names)} 处"
