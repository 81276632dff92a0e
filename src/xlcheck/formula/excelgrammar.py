"""Text of an Excel formula → :class:`ExcelFormula`. The other door for lark: loaded when a formula is recalculated.

Only what public tables use: + - * / %, brackets, references and ranges (also of other sheets), calls. The parser has no
recursion, so that no nesting of brackets is too deep for it; how deep a formula may be is for its readers to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args

from xlcheck.formula.excelsyntax import (
    Addition,
    Bracketed,
    Constant,
    Corner,
    ExcelFormula,
    Expression,
    FunctionCall,
    Percentage,
    Product,
    Reference,
    Signed,
)
from xlcheck.labels import column_index

# The numbers behind the terminals are their order where several fit: 1E5 is a number, A1( is no reference.
_GRAMMAR = r"""
?start: sum
?sum: product | product (ADD product)+       -> addition
?product: factor | factor (MULTIPLY factor)+ -> product
?factor: ADD factor                  -> signed
       | atom PERCENT+               -> percentage
       | atom
?atom: NUMBER                        -> constant
     | REFERENCE                     -> reference
     | "(" sum ")"                   -> bracketed
     | CALL sum ("," sum)* ")"       -> call

NUMBER.3: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/
REFERENCE.2: /(?:(?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w(])/
CALL.1: /[A-Za-z]{1,10}\(/
ADD: "+" | "-"
MULTIPLY: "*" | "/"
PERCENT: "%"
%ignore /\s+/
"""
_PARTS = re.compile(r"(?:(?:'(?P<quoted>.+)'|(?P<bare>[\w.]+))!)?(?P<first>[^:!']+)(?::(?P<last>.+))?", re.DOTALL)
_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")
_KEPT = 2_048  # formulas: those of a workbook come again, when others refer to them and when they are said


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Expression]):
    """Nodes as the parser comes to them."""

    def addition(self, *parts: Expression) -> Addition:
        return Addition(parts[::2], tuple(map(str, parts[1::2])))

    def product(self, *parts: Expression) -> Product:
        return Product(parts[::2], tuple(map(str, parts[1::2])))

    def signed(self, sign: Token, operand: Expression) -> Signed:
        return Signed(sign == "-", operand)

    def percentage(self, operand: Expression, *signs: Token) -> Percentage:
        return Percentage(operand, len(signs))

    def constant(self, token: Token) -> Constant:
        return Constant(Decimal(str(token)))

    def reference(self, token: Token) -> Reference:
        return _reference(token)

    def bracketed(self, inner: Expression) -> Bracketed:
        return Bracketed(inner)

    def call(self, name: Token, *arguments: Expression) -> FunctionCall:
        return FunctionCall(name[:-1].upper(), arguments)


def _reference(token: str) -> Reference:
    parts = _PARTS.fullmatch(token)
    if parts is None:
        raise ValueError(token)
    sheet = (parts["quoted"] or "").replace("''", "'") or parts["bare"] or ""
    return Reference(sheet, _corner(parts["first"]), _corner(parts["last"]) if parts["last"] else None)


def _corner(text: str) -> Corner:
    match = _CORNER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Corner(int(match[4]), column_index(match[2].upper()), bool(match[3]), bool(match[1]))


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_TreeBuilder(), propagate_positions=False)


@cache
def _lexer() -> Lark:
    return Lark(_GRAMMAR, parser=None, lexer="basic")


@lru_cache(maxsize=_KEPT)
def parse_excel(text: str) -> ExcelFormula | None:
    """Read a formula (without ``=``); None where even what it refers to can't be told."""
    try:
        tree = cast("Expression", _parser().parse(text))  # the transformer runs inside the parser
    except UnexpectedCharacters:
        return None
    except UnexpectedInput:
        return _not_understood(text)
    return ExcelFormula(tree, tuple(_references(tree)))


def _not_understood(text: str) -> ExcelFormula | None:
    try:
        tokens = [token for token in _lexer().lex(text) if token.type == "REFERENCE"]
    except UnexpectedCharacters:
        return None
    return ExcelFormula(None, tuple(map(_reference, tokens)))


def _references(tree: Expression) -> Iterator[Reference]:
    """What a formula refers to, in the order of its text. Without recursion: brackets may stand in many others."""
    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Reference):
            yield node
        else:
            waiting += reversed(node.operands)
