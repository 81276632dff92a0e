"""What a tree says can be written down and read back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from formula_trees import shape
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcheck.formula.parser import parse
from xlcheck.formula.syntax import (
    EACH,
    OPERATORS,
    SAME,
    SETS,
    TESTS,
    Arithmetic,
    Bare,
    Call,
    Compare,
    Implies,
    Junction,
    Key,
    Negative,
    Not,
    Number,
    Ref,
)

# --- trees ------------------------------------------------------------------------------------

names = st.text("公开表收支甲乙丙财拨019", min_size=1, max_size=6).filter(lambda t: not t[0].isdigit())
labels = st.text("一般公共预算收入（）-. 08", min_size=1, max_size=10).map(str.strip).filter(bool)
exact = labels.map(lambda t: Key("exact", t))
ranges = st.builds(lambda a, b: Key("range", a, b), labels, labels)
words = (
    st.sampled_from(list(EACH)).map(lambda w: Key("each", w))
    | st.sampled_from(list(SAME)).map(lambda w: Key("same", w))
    | st.sampled_from(list(SETS)).map(lambda w: Key("set", w))
)
rows = exact | ranges | words
columns = st.none() | exact | ranges | st.just(Key("all"))
references = st.builds(Ref, names, st.just("") | names, rows, columns, st.booleans())
numbers = st.builds(Number, st.decimals(0, 10**9, places=2))
bares = st.builds(Bare, names)


def calls(parts: Any) -> Any:
    sums = st.lists(parts, min_size=1, max_size=3).map(lambda a: Call("合计", tuple(a)))
    rounds = st.builds(lambda e, n: Call("四舍五入", (e, Number(Decimal(n)))), parts, st.integers(0, 4))
    return sums | rounds


expressions = st.recursive(
    references | numbers | bares,
    lambda parts: (
        st.builds(Negative, parts) | st.builds(Arithmetic, st.sampled_from("+-*/"), parts, parts) | calls(parts)
    ),
    max_leaves=8,
)
tests = st.builds(
    lambda name, args: Call(name, tuple(args)),
    st.sampled_from(list(TESTS)),
    st.lists(expressions, min_size=1, max_size=3),
)
claims = st.builds(Compare, st.sampled_from(OPERATORS), expressions, expressions) | tests | bares
atoms = st.recursive(claims, lambda inner: st.builds(Not, inner), max_leaves=3)
every = atoms | st.lists(atoms, min_size=2, max_size=3).map(lambda p: Junction("且", tuple(p)))
conditions = every | st.lists(every, min_size=2, max_size=3).map(lambda p: Junction("或", tuple(p)))
formulas = claims | st.builds(Implies, conditions, claims)


# --- the renderer -----------------------------------------------------------------------------

_SPELLING = {"*": "×", "/": "÷", "+": "+", "-": "-"}


def level(node: object) -> int:
    match node:
        case Arithmetic("+" | "-"):
            return 1
        case Arithmetic():
            return 2
    return 3


def bracketed(node: object, least: int) -> str:
    return render(node) if level(node) >= least else f"({render(node)})"


def render(node: object) -> str:
    match node:
        case None:
            return ""
        case Key("range", first, last):
            return f"{first} : {last}"
        case Key("all"):
            return "*"
        case Key(_, first):
            return first
        case Ref(table, section, row, column, last_year):
            name = f"{table}.{section}" if section else table
            keys = render(row) if column is None else f"{render(row)}, {render(column)}"
            return f"{name}{'@上年' if last_year else ''}[{keys}]"
        case Number(value):
            return f"{value:f}"
        case Bare(name):
            return name
        case Call(name, args):
            return f"{name}({', '.join(render(a) for a in args)})"
        case Negative(operand):
            return f"-{bracketed(operand, 3)}"
        case Arithmetic(op, left, right):
            mine = level(node)
            return f"{bracketed(left, mine)} {_SPELLING[op]} {bracketed(right, mine + 1)}"
        case Compare(op, left, right):
            return f"{render(left)} {op} {render(right)}"
        case Not(operand):
            return f"非 {render(operand)}"
        case Junction(op, parts):
            return f" {op} ".join(render(p) for p in parts)
        case Implies(condition, claim):
            return f"若 {render(condition)} 则 {render(claim)}"
    raise TypeError(node)


def reread(text: str, *, condition: bool = False) -> Any:
    return shape(parse(text, condition=condition), places=False)


# --- the properties ---------------------------------------------------------------------------


@settings(deadline=None, max_examples=300)
@given(formulas)
def test_a_formula_written_down_reads_as_the_same_tree(tree):
    assert reread(render(tree)) == shape(tree, places=False)


@settings(deadline=None, max_examples=150)
@given(conditions)
def test_a_condition_written_down_reads_as_the_same_tree(tree):
    assert reread(render(tree), condition=True) == shape(tree, places=False)


@settings(deadline=None, max_examples=100)
@given(formulas)
def test_full_width_commas_and_colons_say_the_same(tree):
    text = render(tree)
    wide = text.replace(", ", "，").replace(" : ", "：")
    assert reread(wide) == reread(text)
