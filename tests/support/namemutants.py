"""Mutants in which names are odd: of sheets (twins above all), of namespaces and of their prefixes.

Like :mod:`support.mutate`, but what is changed is what marking writes down again. A mutant can be made again by its name.
"""

from __future__ import annotations

import io
import itertools
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape

from lxml import etree

from support.badfiles import good_foreign
from support.badfiles.build import faulty, zipped
from support.rich import rich

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAMES = [
    "", " ", "'", "''", "a'b", "'a'", "History", "HISTORY", "审核结果", "审核结果(2)", "x" * 31, "x" * 32, "长" * 40, "😀" * 16, "a" * 30 + "'b",
    "a:b", "[1]", "a/b\\c", "a?b*c", "=1+1", "<r>&</r>", "&amp;", '"quoted"', "<b>", "]]>", "\u202e表", "\ufffd", "Sheet1", "sheet1", "#REF!", "A1", "公开03表!A1",
    "x" * 200,
]  # fmt: skip
SPACES = [
    "urn:a&b", "urn:a'b", 'urn:a"b', "urn:<a>", "urn:a b", "urn:a}b", "urn:{a}", "urn:甲", "x", "", "#", "http://[", "urn:" + "x" * 5_000, "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/1999/xhtml", "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "urn:schemas-microsoft-com:vml", "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "%", "urn:a%zz",
]  # fmt: skip
PREFIXES = ["x", "a", "ns0", "xmlx", "_", "甲", "a.b", "a-b", "v", "o", "r", "mc", "s" * 500]
TEXT = (".xml", ".rels", ".vml")
Change = Callable[[bytes, random.Random], bytes]


@lru_cache(maxsize=1)
def bases() -> list[bytes]:
    """Workbooks that get marks, in every format; one that takes none itself, so that it is made anew."""
    unstyled = {n: re.sub(rb"<fills.*</fills>", b"", d) if n == "xl/styles.xml" else d for n, d in faulty().items()}
    some = [rich(name) for name in ("remarks", "strict", "other_drawings", "threaded")]
    return [zipped(faulty()), zipped(unstyled), zipped(unstyled), *some, *good_foreign().values()]


def mutants(seed: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of mutants, without end."""
    for index in itertools.count():
        yield mutant(seed, index)


def mutant(seed: int, index: int) -> tuple[str, bytes]:
    """The mutant ``seed/index``; always the same."""
    draw = random.Random(f"names {seed}/{index}")
    which = draw.randrange(len(bases()))
    kind = draw.choice(list(KINDS))
    return f"{seed}/{index}/{which}:{kind}", _over_parts(bases()[which], KINDS[kind], draw)


def _over_parts(data: bytes, change: Change, draw: random.Random) -> bytes:
    """A change of a file that is text or records, or of the parts of a package."""
    if data[:2] != b"PK":
        return change(data, draw)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    inner = random.Random(draw.random())
    whole = draw.random() < 0.5  # the same in every part, as a program would write it
    seed = inner.random()
    chosen = list(parts) if whole else draw.sample(list(parts), min(len(parts), draw.choice((1, 1, 2, 4))))
    for name in chosen:
        if name.endswith((*TEXT, ".bin")):
            parts[name] = change(parts[name], random.Random(seed) if whole else draw)
    return zipped(parts)


# --- names of sheets ----------------------------------------------------------------------------------

LISTED = (
    re.compile(r'(<(?:\w+:)?sheet [^>]*?name=")([^"]*)(")'),  # .xlsx
    re.compile(r'(<table:table [^>]*?table:name=")([^"]*)(")'),  # .ods, .fods
    re.compile(r'(<(?:\w+:)?Worksheet [^>]*?ss:Name=")([^"]*)(")'),  # Excel 2003 XML
    re.compile(r"(<x:Name>)([^<]*)(<)"),  # a web page of Excel's
)


def _twin(name: str, draw: random.Random) -> str:
    """A name that is nearly another one."""
    ways = [
        name, name.swapcase(), name + " ", " " + name, name + "'", name.replace("0", "０"), name[:31], name + "\u200b", name.upper(), name + "x" * 40,
        name.replace(" ", "  "), name.replace(" ", "\t"), name.replace(" ", "/"), name.replace(" ", "_"), name + "(2)", name + "\ufeff",
    ]  # fmt: skip
    return draw.choice(ways)


def _renamed(data: bytes, draw: random.Random) -> bytes:
    if data[:1] == b"<" or b"<?xml" in data[:100] or b"<html" in data[:400].lower():
        return _renamed_text(data, draw)
    return _renamed_binary(data, draw)


def _renamed_text(data: bytes, draw: random.Random) -> bytes:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("gb18030", "surrogateescape")
        return _renamed_in(text, draw).encode("gb18030", "surrogateescape")
    return _renamed_in(text, draw).encode()


def _renamed_in(text: str, draw: random.Random) -> str:
    for pattern in LISTED:
        known = [m[2] for m in pattern.finditer(text)]
        if not known:
            continue
        count = draw.choice((1, 2, len(known), len(known)))
        changed = set(draw.sample(range(len(known)), min(count, len(known))))
        names = iter(range(len(known)))

        def other(
            match: re.Match[str], known: list[str] = known, changed: set[int] = changed, at: Iterator[int] = names
        ) -> str:
            if next(at) not in changed:
                return match[0]
            new = _twin(draw.choice(known), draw) if draw.random() < 0.6 else escape(draw.choice(NAMES))
            return match[1] + new + match[3]

        return pattern.sub(other, text)
    return text


def _renamed_binary(data: bytes, draw: random.Random) -> bytes:
    """Names in records keep their length: BIFF8 and BIFF12 hold them as UTF-16."""
    names = [
        n
        for n in ("公开01 收入支出决算总表", "公开02 收入决算表", "公开03 支出决算表")
        if n.encode("utf-16-le") in data
    ]
    if not names:
        return data
    for name in draw.sample(names, draw.randrange(1, len(names) + 1)):
        other = _twin(draw.choice(names), draw) if draw.random() < 0.6 else draw.choice(NAMES)
        raw = (other.encode("utf-16-le", "surrogatepass") + " ".encode("utf-16-le") * 60)[: 2 * len(name)]
        data = data.replace(name.encode("utf-16-le"), raw, 1)
    return data


# --- namespaces ---------------------------------------------------------------------------------------

DECLARED = re.compile(rb'(\sxmlns(?::[\w.-]+)?=")([^"]*)(")')


def _respaced(data: bytes, draw: random.Random) -> bytes:
    """Another namespace for one that a part declares, wherever it declares it."""
    found = sorted({m[2] for m in DECLARED.finditer(data[:20_000])})
    if not found:
        return data
    old, new = draw.choice(found), escape(draw.choice(SPACES)).encode()
    return DECLARED.sub(lambda m: m[1] + new + m[3] if m[2] == old else m[0], data)


def _prefixed(data: bytes, draw: random.Random) -> bytes:
    """The same namespaces under other prefixes; the default one under a prefix too."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return data
    spaces = sorted({s for e in root.iter("*") for s in e.nsmap.values() if s})
    prefixes = dict(zip(draw.sample(PREFIXES, min(len(PREFIXES), len(spaces))), spaces, strict=False))
    made = etree.Element(root.tag, dict(root.attrib), nsmap=prefixes)
    made.text = root.text
    for child in list(root):
        made.append(child)
    if draw.random() < 0.7:
        etree.cleanup_namespaces(made, top_nsmap=prefixes)
    return etree.tostring(made, encoding="UTF-8", xml_declaration=True)


def _undeclared(data: bytes, draw: random.Random) -> bytes:
    """One declaration less, or one that is said twice."""
    found = list(DECLARED.finditer(data[:20_000]))
    if not found:
        return data
    one = draw.choice(found)
    return data[: one.start()] + one[0] * draw.choice((0, 2)) + data[one.end() :]


def _spoken(data: bytes, draw: random.Random) -> bytes:
    """Texts that look like markup in place of others."""
    texts = [
        escape(t).encode()
        for t in ("<r>&</r>", "<r><t>x</t></r>", "&amp;", "]]>", '"', "'", "<!-- -->", "_x0026_", "_x000B_")
    ]
    spots = list(re.finditer(rb"(<(?:\w+:)?(?:t|p|Data|td)(?: [^>]*)?>)([^<]+)(<)", data))
    for spot in sorted(draw.sample(spots, min(len(spots), 3)), key=lambda m: -m.start()):
        data = data[: spot.start(2)] + draw.choice(texts) + data[spot.end(2) :]
    return data


KINDS: dict[str, Change] = {
    "names": _renamed, "twins": _renamed, "spaces": _respaced, "prefixes": _prefixed, "undeclared": _undeclared, "texts": _spoken,
}  # fmt: skip
