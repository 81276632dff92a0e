"""Mutants of good files without end, each with a name from which it can be made again.

A mutant changes one part of a package at the level of its XML or its records, the package around it, or plain bytes.
What a base holds is read once; a mutant packs only the part that it changes.
"""

from __future__ import annotations

import copy
import io
import itertools
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NUMBERS = [
    "", "0", "-0", "1", "-1", "7", "567.18", "0.005", "0.01", "1e400", "-1e400", "1e-400", "NaN", "INF", "1e15", "999999999999999.99", "99999999999999999999",
    "9" * 400, "1,234.5", "1_0", "0x10", " 7 ", "１２３", "²", "٣", "=1+1", "(5)", "—", "--", "#REF!", "TRUE", "2080505", "208", "20805", "x" * 300,
]  # fmt: skip
TEXTS = [
    "", " ", "合计", "总计", "项目", "金额", "科目代码", "科目名称", "栏次", "行次", "本年收入合计", "本年支出合计", "收入支出决算总表", "支出决算表", "收入决算表", "注：", "其中：", "单位：元", "金额单位：万元",
    "部门名称：", "年度：", "2023年度", "20²³年度", "公开03表", "公开٣表", "一、" * 60, "208", "2080505", "30101", "￥5万元", "\u202e5", "\u200b", "\ufdfa", "😀", "_x0000_", "_xD800_", "_x001B_[31m", "<>&\"'", "=cmd|' /C calc'!A0", "长" * 500,
]  # fmt: skip
INTEGERS = [
    "", "0", "1", "2", "-1", "8", "14", "15", "164", "255", "256", "65535", "65536", "16384", "16385", "1048576", "1048577", "2147483647", "4294967295", "99999999999", "9" * 400, "x", "²", "1.0", "1e3", "true",
]  # fmt: skip
REFERENCES = [
    "", "A1", "C7", "c7", "$C$7", "F38", "XFD1048576", "XFE1", "AAAA1", "A0", "A-1", "1A", "A1:F1", "C7:F9", "F9:C7", "A1:XFD1048576", "A:A", "1:1", "A1 C7", "#REF!", "甲7", "C7:", ":", "A1:B2:C3",
]  # fmt: skip
KINDS = ["s", "n", "b", "e", "d", "str", "inlineStr", "z", "", "shared", "array", "dataTable"]
NAMES = [
    "",
    "x",
    "审核结果",
    "公开01",
    "支出决算表",
    "'",
    "a:b",
    "😀",
    "History",
    "x" * 300,
    "_xlnm.Print_Titles",
    "rId1",
    "rIdXc1",
    "visible",
    "veryHidden",
    "hidden",
]
PATHS = [
    "", ".", "..", "xl/workbook.xml", "/xl/workbook.xml", "styles.xml", "worksheets/sheet1.xml", "worksheets/sheet3.xml", "../../../etc/passwd", "worksheets\\sheet1.xml", "http://127.0.0.1:9/x", "_rels/workbook.xml.rels",
]  # fmt: skip
WORDS = (0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 255, 256, 4095, 65_535)
LONGS = (0, 1, 2, 3, 5, 255, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)
SPOILERS = (
    b"",
    b"\0",
    b"\xff",
    b"<",
    b">",
    b'"',
    b"&",
    b"\r\n",
    b"]]>",
    b"<!--",
    b"\x1b[31m",
    b"\xe6\x94",
    b"9" * 40,
    b"PK\x03\x04",
    b"<!DOCTYPE x>",
)
BY_ATTRIBUTE: dict[str, list[str]] = {
    "r": REFERENCES, "ref": REFERENCES, "sqref": REFERENCES, "t": KINDS, "name": NAMES, "state": NAMES, "Id": NAMES, "id": NAMES, "Target": PATHS, "PartName": PATHS, "spans": ["", "1:6", "6:1", "0:99999999999", "x"],
    "cell-range-address": REFERENCES, "value": NUMBERS, "num": NUMBERS, "Name": NAMES,
}  # fmt: skip
Tree = etree._Element
Piece = tuple[bytes, bytes]  # local header with body; entry of the directory without its offset


def mutants(bases: list[bytes], seed: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of mutants, without end. The name is ``seed/index/kind``."""
    for index in itertools.count():
        yield mutant(bases, seed, index)


def mutant(bases: list[bytes], seed: int, index: int) -> tuple[str, bytes]:
    """The mutant ``seed/index``; always the same for the same bases."""
    draw = random.Random(f"{seed}/{index}")
    which = draw.randrange(len(bases))
    kind, data = _mutated(bases[which], draw)
    return f"{seed}/{index}/{which}:{kind}", data


def _mutated(data: bytes, draw: random.Random) -> tuple[str, bytes]:
    if data[:2] == b"PK":
        return _of_zip(_opened(data), draw)
    if data[:8] == OLE:
        return _of_ole(data, draw)
    return _of_text(data, draw)


# --- packages -----------------------------------------------------------------------------------------


@dataclass
class _Zip:
    """A zip as it is needed again and again: names, inflated bytes, packed pieces, parsed trees."""

    data: bytes
    names: list[str]
    parts: dict[str, bytes]
    pieces: dict[str, Piece]
    trees: dict[str, Tree] = field(default_factory=dict)
    weights: list[int] = field(default_factory=list)


@lru_cache(maxsize=256)
def _opened(data: bytes) -> _Zip:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
        stored = {i.filename for i in archive.infolist() if i.compress_type == 0}
    found = _Zip(data, list(parts), parts, {n: _piece(n, d, 0 if n in stored else 6) for n, d in parts.items()})
    for name, part in parts.items():
        if part[:1] == b"<" or part[:4] == b"\xef\xbb\xbf<":
            found.trees[name] = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
        heavy = "sheet" in name or "content" in name
        found.weights.append(
            6 if heavy else 3 if name.endswith(("Strings.xml", "styles.xml", "workbook.xml", ".bin")) else 1
        )
    return found


def _piece(name: str, data: bytes, level: int = 1, **lies: int) -> Piece:
    body = data
    if level:
        machine = zlib.compressobj(level, zlib.DEFLATED, -15)
        body = machine.compress(data) + machine.flush()
    encoded = name.encode("utf-8", "surrogatepass")
    told = {
        "flags": 0x800,
        "method": 8 if level else 0,
        "crc": zlib.crc32(data),
        "packed": len(body),
        "size": len(data),
    } | lies
    head = (told["flags"], told["method"], 0, 0x21, told["crc"], told["packed"], told["size"], len(encoded))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, *head, 0) + encoded + body
    return local, struct.pack("<4s6H3L5H1L", b"PK\x01\x02", 20, 20, *head, 0, 0, 0, 0, 0) + encoded


def _joined(pieces: list[Piece]) -> bytes:
    out, directory, at = [], [], 0
    for local, central in pieces:
        out.append(local)
        directory.append(central[:42] + struct.pack("<L", at) + central[42:])
        at += len(local)
    listing = b"".join(directory)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(pieces), len(pieces), len(listing), at, 0)
    return b"".join((*out, listing, end))


def _of_zip(base: _Zip, draw: random.Random) -> tuple[str, bytes]:
    level = draw.random()
    if level < 0.06:
        return f"zip-bytes-{(what := draw.choice(list(BYTES)))}", BYTES[what](base.data, draw)
    if level < 0.16:
        what = draw.choice(list(PACKAGE))
        return f"package-{what}", _joined(PACKAGE[what](base, draw))
    name = draw.choices(base.names, base.weights)[0]
    part = base.parts[name]
    if level < 0.24 or not part:
        what, made = draw.choice(list(BYTES)), b""
        made = BYTES[what](part, draw)
    elif part[:2] == b"PK" or part[:8] == OLE:
        what, made = _mutated(part, draw)
    elif name in base.trees:
        what, made = _of_tree(base, name, draw)
    else:
        what, made = _of_records(part, draw) if name.endswith(".bin") else _of_text(part, draw)
    changed = base.pieces | {name: _piece(name, made)}
    return f"{name.rpartition('/')[2]}-{what}", _joined(list(changed.values()))


def _two(base: _Zip, draw: random.Random) -> tuple[str, str]:
    first, second = draw.choices(base.names, base.weights, k=2)
    return first, second


def _without(base: _Zip, draw: random.Random) -> list[Piece]:
    gone = _two(base, draw)[0]
    return [p for n, p in base.pieces.items() if n != gone]


def _swapped(base: _Zip, draw: random.Random) -> list[Piece]:
    one, two = _two(base, draw)
    changed = {one: _piece(one, base.parts[two]), two: _piece(two, base.parts[one])}
    return list((base.pieces | changed).values())


def _copied(base: _Zip, draw: random.Random) -> list[Piece]:
    one, two = _two(base, draw)
    return list((base.pieces | {one: _piece(one, base.parts[two])}).values())


def _renamed(base: _Zip, draw: random.Random) -> list[Piece]:
    one, two = _two(base, draw)
    new = draw.choice(
        [
            two,
            one.upper(),
            "/" + one,
            one.replace("/", "\\"),
            one + "\0",
            "../" + one,
            "x/" + one,
            "",
            "x" * 300,
            *PATHS,
        ]
    )
    return [_piece(new, base.parts[n]) if n == one else p for n, p in base.pieces.items()]


def _doubled(base: _Zip, draw: random.Random) -> list[Piece]:
    one, two = _two(base, draw)
    new = draw.choice([one, one.upper(), one.replace("/", "\\"), one + " ", f"{one}2"])
    return [*base.pieces.values(), _piece(new, base.parts[two])]


def _shuffled(base: _Zip, draw: random.Random) -> list[Piece]:
    return draw.sample(list(base.pieces.values()), len(base.pieces))


def _lying(base: _Zip, draw: random.Random) -> list[Piece]:
    one = _two(base, draw)[0]
    lie = draw.choice(["flags", "method", "crc", "packed", "size"])
    told = draw.choice(WORDS if lie in ("flags", "method") else LONGS)
    return list((base.pieces | {one: _piece(one, base.parts[one], **{lie: told})}).values())


def _cut_part(base: _Zip, draw: random.Random) -> list[Piece]:
    one = _two(base, draw)[0]
    data = base.parts[one]
    return list((base.pieces | {one: _piece(one, data[: draw.randrange(len(data) + 1)])}).values())


def _with_rels(base: _Zip, draw: random.Random) -> list[Piece]:
    """Relationships for a part that may have none: to any other part, itself among them."""
    one, two = _two(base, draw)
    folder, _, name = one.rpartition("/")
    kind = draw.choice(
        ["comments", "vmlDrawing", "worksheet", "styles", "sharedStrings", "hyperlink", "officeDocument"]
    )
    target = draw.choice(["/" + two, "/" + one, *PATHS]).replace("&", "")
    space = "http://schemas.openxmlformats.org"
    link = f'<Relationship Id="rId1" Type="{space}/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    text = f'<Relationships xmlns="{space}/package/2006/relationships">{link}</Relationships>'
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    return list((base.pieces | {rels: _piece(rels, text.encode())}).values())


PACKAGE: dict[str, Callable[[_Zip, random.Random], list[Piece]]] = {
    "drop": _without, "swap": _swapped, "copy": _copied, "rename": _renamed, "double": _doubled, "shuffle": _shuffled,
    "lie": _lying, "cut": _cut_part, "relate": _with_rels,
}  # fmt: skip


# --- trees ----------------------------------------------------------------------------------------------


def _of_tree(base: _Zip, name: str, draw: random.Random) -> tuple[str, bytes]:
    """One to four changes of a part's tree; sometimes one of its text as well (namespaces)."""
    root = copy.deepcopy(base.trees[name])
    others = [t for n, t in base.trees.items() if n != name] or [root]
    done = []
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 4))):
        found = [e for e in root.iter() if isinstance(e.tag, str)]
        what = draw.choices(list(TREE), TREE_WEIGHTS)[0]
        TREE[what](draw, found, others)
        done.append(what)
    made = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    if draw.random() < 0.03:
        done.append("namespace")
        made = re.sub(rb' xmlns(:\w+)?="[^"]*"', draw.choice((b"", rb' xmlns\1="urn:x"')), made, count=1)
    return "+".join(done), made


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _attribute(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element = _with(draw, found, lambda e: bool(e.attrib))
    if element is None:
        return
    name = draw.choice(element.keys())
    how = draw.random()
    if how < 0.12:
        del element.attrib[name]
    elif how < 0.4:
        same = draw.choice(found).get(name) or draw.choice(found).get(name)
        element.set(name, same if same is not None else draw.choice(INTEGERS))
    elif how < 0.55 and re.search(r"\d", value := element.get(name)):
        bump = draw.choice((-1, 1, 2, 10, 1000))
        element.set(name, re.sub(r"\d{1,9}", lambda m: str(int(m[0]) + bump), value, count=1))
    else:
        element.set(name, draw.choice(BY_ATTRIBUTE.get(_local(name), INTEGERS)))


def _new_attribute(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    name = draw.choice(
        (
            "r",
            "s",
            "t",
            "hidden",
            "customFormat",
            "ref",
            "si",
            "count",
            "min",
            "max",
            "state",
            "style",
            "spans",
            "TargetMode",
        )
    )
    draw.choice(found).set(name, draw.choice(BY_ATTRIBUTE.get(name, INTEGERS)))


def _text(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element = _with(draw, found, lambda e: bool(e.text and e.text.strip()))
    if element is None:
        return
    before, how = element.text or "", draw.random()
    if how < 0.35:
        other = _with(draw, found, lambda e: bool(e.text and e.tag == element.tag))
        element.text = other.text if other is not None else ""
    elif how < 0.55 and re.search(r"\d", before):
        at = draw.choice([m.start() for m in re.finditer(r"\d", before)])
        element.text = before[:at] + draw.choice("0123456789.-") + before[at + 1 :]
    else:
        element.text = draw.choice(NUMBERS if re.fullmatch(r"[\d.]+", before) else TEXTS)


def _with(draw: random.Random, found: list[Tree], fits: Callable[[Tree], bool]) -> Tree | None:
    """An element that fits, by a few tries: faster than looking at all."""
    for _ in range(12):
        element = draw.choice(found)
        if fits(element):
            return element
    return next(filter(fits, found), None)


def _below(draw: random.Random, found: list[Tree]) -> Tree | None:
    return draw.choice(found[1:]) if len(found) > 1 else None


def _drop(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element = _below(draw, found)
    if element is not None:
        element.getparent().remove(element)


def _double(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element = _below(draw, found)
    if element is not None:
        for _n in range(draw.choice((1, 1, 2, 30))):
            element.addnext(copy.deepcopy(element))


def _move(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element, target = _below(draw, found), draw.choice(found)
    if element is not None and element not in (target, *target.iterancestors()):
        target.insert(draw.randrange(len(target) + 1), element)


def _swap(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element = _with(draw, found, lambda e: e.getnext() is not None and e.getparent() is not None)
    if element is not None and element.getnext() is not None:
        element.getnext().addnext(element)


def _splice(draw: random.Random, found: list[Tree], others: list[Tree]) -> None:
    """A subtree of another part in the place of one of this part, or beside it."""
    element, root = _below(draw, found), draw.choice(others)
    theirs = [e for e in itertools.islice(root.iter(), draw.randrange(1, 400)) if isinstance(e.tag, str)]
    if element is not None and theirs:
        made = copy.deepcopy(theirs[-1])
        if draw.random() < 0.5:
            element.getparent().replace(element, made)
        else:
            element.addnext(made)


def _wrap(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element = _below(draw, found)
    if element is not None:
        made = etree.Element(draw.choice((element.tag, draw.choice(found).tag, "x")))
        element.getparent().replace(element, made)
        made.append(element)


def _rename(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    element = draw.choice(found)
    element.tag = draw.choice((draw.choice(found).tag, _local(element.tag), "{urn:x}" + _local(element.tag)))


def _strange(draw: random.Random, found: list[Tree], _: list[Tree]) -> None:
    """A comment, an instruction, or an element that means something in its place."""
    target = draw.choice(found)
    space = str(found[0].tag).rpartition("}")[0].removeprefix("{")
    name = draw.choice(("f", "v", "is", "t", "r", "c", "row", "mergeCell", "legacyDrawing", "hyperlinks", "x"))
    child: Tree = etree.Element(f"{{{space}}}{name}" if space else name)
    child.text = draw.choice((None, *TEXTS[:12], *NUMBERS[:12]))
    made = draw.choice((child, child, etree.Comment("x"), etree.ProcessingInstruction("x", "y")))
    target.insert(draw.randrange(len(target) + 1), made)


TREE: dict[str, Callable[[random.Random, list[Tree], list[Tree]], None]] = {
    "attribute": _attribute, "text": _text, "drop": _drop, "double": _double, "move": _move, "swap": _swap,
    "splice": _splice, "wrap": _wrap, "rename": _rename, "strange": _strange, "new": _new_attribute,
}  # fmt: skip
TREE_WEIGHTS = (30, 30, 10, 5, 5, 4, 5, 3, 3, 4, 4)


# --- bytes, records, texts ---------------------------------------------------------------------------------


def _flip(data: bytes, draw: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 16)) if found else 0):
        found[draw.randrange(len(found))] = draw.choice((0, 255, draw.randrange(256), draw.randrange(32, 127)))
    return bytes(found)


def _cut(data: bytes, draw: random.Random) -> bytes:
    start, end = sorted(draw.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[draw.choice((end, min(start + 1, end), min(start + 50, end), len(data))) :]


def _insert(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.choice((*SPOILERS, draw.randbytes(draw.randrange(1, 40)))) + data[at:]


def _chunk(data: bytes, draw: random.Random) -> bytes:
    """A piece moved to another place, or there as well."""
    start, at = draw.randrange(len(data) + 1), draw.randrange(len(data) + 1)
    piece = data[start : start + draw.choice((1, 4, 30, 500))]
    rest = data[:start] + data[start + len(piece) :] if draw.random() < 0.5 else data
    return rest[:at] + piece + rest[at:]


def _number(data: bytes, draw: random.Random) -> bytes:
    """A number of two or four bytes, as headers and records hold them."""
    code, told = ("<H", draw.choice(WORDS)) if draw.random() < 0.5 else ("<L", draw.choice(LONGS))
    found = bytearray(data)
    if len(found) >= 4:
        struct.pack_into(code, found, draw.randrange(len(found) - 3), told)
    return bytes(found)


BYTES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flip": _flip,
    "cut": _cut,
    "insert": _insert,
    "chunk": _chunk,
    "number": _number,
}


@lru_cache(maxsize=512)
def _split(data: bytes, wide: bool) -> list[bytes]:
    """Records with their heads: BIFF12 (number and length in seven bits a byte), or BIFF (two words)."""
    found, at = [], 0
    while at < len(data):
        start = at
        if wide:
            at += 2 if data[at] & 0x80 else 1
            size = shift = 0
            while at < len(data) and shift < 28:
                size |= (data[at] & 0x7F) << shift
                shift += 7
                at += 1
                if not data[at - 1] & 0x80:
                    break
        else:
            size = struct.unpack_from("<H", data.ljust(at + 4, b"\0"), at + 2)[0]
            at += 4
        at += size
        found.append(data[start:at])
    return found


def _of_records(data: bytes, draw: random.Random, *, wide: bool = True) -> tuple[str, bytes]:
    found = list(_split(data, wide))
    what = draw.choice(("head", "body", "body", "length", "drop", "double", "swap", "move"))
    at, other = draw.randrange(len(found)), draw.randrange(len(found))
    one = found[at]
    if what == "head":
        found[at] = _flip(one[:2], draw) + one[2:]
    elif what == "body":
        found[at] = one[:2] + draw.choice((_flip, _number))(one[2:], draw)
    elif what == "length":
        found[at] = draw.choice((one[: draw.randrange(len(one) + 1)], one + draw.randbytes(draw.randrange(1, 9))))
    elif what == "drop":
        del found[at : at + draw.choice((1, 1, 5, 40))]
    elif what == "double":
        found[at:at] = [one] * draw.choice((1, 1, 3, 100))
    elif what == "swap":
        found[at], found[other] = found[other], one
    else:
        found.insert(other, found.pop(at))
    return f"record-{what}", b"".join(found)


def _of_ole(data: bytes, draw: random.Random) -> tuple[str, bytes]:
    """The header, the tables of sectors, the directory; or the records of the stream, which keeps its place."""
    how = draw.random()
    if how < 0.12:
        what = draw.choice(list(BYTES))
        return f"ole-{what}", BYTES[what](data, draw)
    if how < 0.25:
        start, size = draw.choice(((24, 56), (76, 40), (512, 512), (1024, 512)))
        return "ole-table", data[:start] + _number(data[start : start + size], draw) + data[start + size :]
    start = next((m.start() for m in re.finditer(rb"\x09\x08[\x08\x10]\0", data) if m.start() % 512 == 0), 0)
    what, made = _of_records(data[start:], draw, wide=False)
    return what, data[:start] + made[: len(data) - start].ljust(len(data) - start, b"\0")


@lru_cache(maxsize=64)
def _tokens(data: bytes) -> list[bytes]:
    """Tags and the text between them; fields and their delimiters where there are no tags."""
    return [t for t in re.split(rb"(<[^<>]*>)" if b"<" in data[:200] else rb"([,\t;\r\n])", data) if t]


def _of_text(data: bytes, draw: random.Random) -> tuple[str, bytes]:
    if draw.random() < 0.15 or not data:
        what = draw.choice(list(BYTES))
        return f"text-{what}", BYTES[what](data, draw)
    found = list(_tokens(data))
    what = draw.choice(("text", "text", "attribute", "drop", "double", "swap", "move", "tag"))
    at, other = draw.randrange(len(found)), draw.randrange(len(found))
    if what == "text":
        at = next((n for n in range(at, len(found)) if found[n].strip() and found[n][:1] != b"<"), at)
        found[at] = draw.choice(draw.choice((NUMBERS, TEXTS))).encode("utf-8", "replace")
    elif what == "attribute":
        at = next((n for n in range(at, len(found)) if b"=" in found[n]), at)
        told = draw.choice(draw.choice((INTEGERS, NUMBERS, NAMES))).encode().replace(b"\\", b"")
        found[at] = re.sub(rb'=("[^"]*"|\w+)', b'="' + told + b'"', found[at], count=1)
    elif what == "drop":
        del found[at : at + draw.choice((1, 1, 2, 20))]
    elif what == "double":
        found[at:at] = found[at : at + draw.choice((1, 3, 20))] * draw.choice((1, 1, 50))
    elif what == "swap":
        found[at], found[other] = found[other], found[at]
    elif what == "move":
        found.insert(other, found.pop(at))
    else:
        found.insert(
            at,
            draw.choice(
                (
                    *SPOILERS,
                    b"<table>",
                    b"</table>",
                    b"<td colspan=99999>",
                    b"<tr>",
                    b"<Row>",
                    b"<Cell/>",
                    b"<x",
                    b'"',
                    b"'",
                )
            ),
        )
    return f"token-{what}", b"".join(found)
