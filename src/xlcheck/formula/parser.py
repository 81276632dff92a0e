"""Text of a formula → syntax tree. One of the two doors for lark: the other is for formulas of Excel."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from xlcheck.formula.syntax import (
    EACH,
    SAME,
    SETS,
    SHEET_EACH,
    SHEET_FUNCTIONS,
    SHEET_SETS,
    SHEET_TESTS,
    TESTS,
    Arithmetic,
    Bare,
    Call,
    Claim,
    Compare,
    Expr,
    Implies,
    Junction,
    Key,
    Negative,
    Not,
    Number,
    Ref,
)

_GRAMMAR = r"""
start: "若" any "则" claim   -> implies
     | claim                 -> alone
sheet: "若" any "则" any    -> implies
     | any                   -> alone
any: every (_OR every)*
every: atom (_AND atom)*
?atom: "非" atom             -> negation
     | claim
claim: expr [OP expr]
?expr: term
     | expr PLUS term        -> arithmetic
?term: factor
     | term TIMES factor     -> arithmetic
     | term STAR factor      -> arithmetic
?factor: NUMBER              -> number
     | PLUS factor           -> signed
     | "(" expr ")"
     | NAME "(" expr (_COMMA expr)* ")"  -> call
     | NAME [LAST_YEAR] "[" key [_COMMA key] "]" -> ref
     | NAME                  -> bare
key: KEY [_COLON KEY]
   | STAR                    -> every_column

_OR: /或(?=\s)/
_AND: /且(?=\s)/
OP: "=" | "恒等" | "≤" | "<=" | "≥" | ">=" | "≠" | "!=" | "<>" | "<" | ">"
PLUS: "+" | "-" | "−" | "－" | "＋"
TIMES: "×" | "/" | "÷"
STAR: "*"
_COMMA: "," | "，"
_COLON: ":" | "："
LAST_YEAR: /@\s*上年/
NUMBER: /\d+(\.\d+)?/
NAME: /[^\W\d][\w.·“”]*/
KEY: /[^\s,，:：\[\]*][^,，:：\[\]*]*/
%ignore /\s+/
"""

_OPERATORS = {"<=": "≤", ">=": "≥", "!=": "≠", "<>": "≠"}
_SUMS = ("合计", "四舍五入")


class _Words(NamedTuple):
    """The words that a formula may use: ranges of rows by kind, tests, functions."""

    kinds: Mapping[str, Collection[str]]
    tests: Collection[str]
    functions: Collection[str]


_TABLES = _Words({"each": EACH, "same": SAME, "set": SETS}, TESTS, (*TESTS, *_SUMS))
_SHEETS = _Words(
    {"each": SHEET_EACH, "same": ("本行",), "set": SHEET_SETS}, SHEET_TESTS, (*SHEET_TESTS, *SHEET_FUNCTIONS, *_SUMS)
)
_SIGNS = {"−": "-", "－": "-", "＋": "+", "÷": "/", "×": "*"}


class FormulaError(ValueError):
    """A formula that cannot be read. ``at`` is the 0-based offset of the mistake."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@v_args(inline=True)
class _Build(Transformer[Token, Claim]):
    def __init__(self, words: _Words) -> None:
        super().__init__()
        self.words = words

    def implies(self, condition: Claim, claim: Claim) -> Implies:
        return Implies(condition, claim)

    def alone(self, claim: Claim) -> Claim:
        return claim

    def any(self, *parts: Claim) -> Claim:
        return parts[0] if len(parts) == 1 else Junction("或", parts)

    def every(self, *parts: Claim) -> Claim:
        return parts[0] if len(parts) == 1 else Junction("且", parts)

    def negation(self, operand: Claim) -> Not:
        return Not(operand)

    def claim(self, left: Expr, op: Token | None, right: Expr | None) -> Claim:
        if op is not None and right is not None:
            return Compare(_OPERATORS.get(str(op), str(op)), left, right)
        if isinstance(left, Bare):
            return left
        if isinstance(left, Call) and left.name in self.words.tests:
            return left
        raise FormulaError("这里缺少比较号（=、恒等、≤、≥、≠）", getattr(left, "at", 0))

    def arithmetic(self, left: Expr, op: Token, right: Expr) -> Arithmetic:
        return Arithmetic(_SIGNS.get(str(op), str(op)), left, right)

    def number(self, token: Token) -> Number:
        return Number(Decimal(str(token)))

    def signed(self, sign: Token, operand: Expr) -> Expr:
        return operand if str(sign) in "+＋" else Negative(operand)

    def call(self, name: Token, *args: Expr) -> Call:
        if str(name) not in self.words.functions:
            raise FormulaError(f"不认识的函数“{name}”", name.start_pos or 0)
        return Call(str(name), args, name.start_pos or 0)

    def bare(self, name: Token) -> Bare:
        return Bare(str(name), name.start_pos or 0)

    def ref(self, name: Token, last: Token | None, row: Key, column: Key | None) -> Ref:
        table, _, section = str(name).partition(".")
        return Ref(table, section, row, column, last is not None, name.start_pos or 0)

    def key(self, first: Token, last: Token | None) -> Key:
        text = str(first).strip()
        if last is not None:
            return Key("range", text, str(last).strip())
        kind = next((kind for kind, names in self.words.kinds.items() if text in names), "exact")
        if kind == "exact" and re.match(r"[每各]", text):
            known = "、".join([*self.words.kinds["each"], *self.words.kinds["set"]])
            raise FormulaError(f"不认识的范围“{text}”，可用：{known}", first.start_pos or 0)
        return Key(kind, text)

    def every_column(self, _star: Token) -> Key:
        return Key("all")


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", start=["start", "any", "sheet"])


def parse(text: str, *, condition: bool = False) -> Claim:
    """Parse one formula, or the condition of a term (claims joined by 且, 或, 非).

    Raises:
        FormulaError: with a Chinese sentence and the offset of the mistake.
    """
    return _parsed(text, "any" if condition else "start", _TABLES)


def parse_of_sheet(text: str) -> Claim:
    """Parse one formula of a score sheet: it may claim one of several things (或), and has words of its own.

    Raises:
        FormulaError: as :func:`parse`.
    """
    return _parsed(text, "sheet", _SHEETS)


def _parsed(text: str, start: str, words: _Words) -> Claim:
    try:
        tree = _parser().parse(text, start=start)
        result: Claim = _Build(words).transform(tree)
    except UnexpectedInput as error:
        raise _unreadable(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FormulaError):
            raise error.orig_exc from None
        raise
    return result


def _unreadable(text: str, error: UnexpectedInput) -> FormulaError:
    """Where reading broke off, or that the formula ends too early."""
    at = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if at_end or not 0 <= at < len(text):
        return FormulaError("公式没有写完", len(text))
    return FormulaError(f"公式在“{text[at : at + 12]}”处读不下去", at)


def parse_reference(text: str) -> Ref:
    """Parse a single reference such as ``公开03[208, 基本支出]`` (used by examples).

    Raises:
        FormulaError: when ``text`` is anything else.
    """
    claim = parse(f"{text} = 0")
    if isinstance(claim, Compare) and isinstance(claim.left, Ref):
        return claim.left
    raise FormulaError(f"“{text}”不是单元格引用", 0)
