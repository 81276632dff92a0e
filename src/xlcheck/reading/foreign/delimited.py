"""CSV and TSV that call themselves .xls: UTF-8, UTF-16 or GB 18030; comma, tab or semicolon."""

from __future__ import annotations

import csv
import io

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder, typed
from xlcheck.reading.grid import Grid

_DELIMITERS = "\t,;|"
_SAMPLE_LINES = 60
_MOST_COLUMNS = 16_384


def delimited_grids(data: bytes, *, guarded: bool = True) -> list[Grid]:
    """One grid for the file. ``guarded``: no larger than a table of figures can be.

    Raises:
        Refused: no text that can be decoded, or too large.
    """
    text = decoded(data)
    built = Builder("文本")
    csv.field_size_limit(1_000_000)
    try:
        for row, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)), 1):
            for column, field in enumerate(fields[:_MOST_COLUMNS], 1):
                if field:
                    built.put(row, column, *typed(field))
    except csv.Error as error:
        raise Refused(
            "damaged", "这是文本格式（CSV）的文件，但内容不合规，读不出来。请用 Excel/WPS 打开后另存为 .xlsx。"
        ) from error
    return [built.done(guarded=guarded)]


def decoded(data: bytes) -> str:
    """The text of a file.

    Raises:
        Refused: it is in none of the encodings that Excel and WPS write.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for name in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeError:
            continue
    raise Refused(
        "not_xlsx", "这不是 Excel 工作簿，也不是能识别的文本（UTF-8、GB18030）。请用 Excel/WPS 另存为 .xlsx。"
    )


def delimiter(text: str) -> str:
    """The delimiter that most of the first lines have, and most often."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:_SAMPLE_LINES]
    return max(_DELIMITERS, key=lambda d: (sum(d in line for line in lines), sum(line.count(d) for line in lines)))
