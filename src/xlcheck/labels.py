"""How two printed labels are compared: without ordinals, spaces, and width of characters.

Real tables print ``一、一般公共预算财政拨款收入``, ``（一）行政单位`` or ``1.副部（省）级及以上领导用车``, break
labels over lines and mix full- and half-width signs (docs/design/domain.md §2.2). The key of a label is what is
left when all of that is taken away.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.,]|\([一二三四五六七八九十]+\)[、.]?|\d{1,2}[、.](?!\d)|\(\d{1,2}\))"
)
_LEAD = re.compile(r"^(?:其中|加|减)[::]")
_SHORT = 48  # characters of a label
_LONGEST = 400  # no label is longer; what is, is compared by its beginning
_UNIT_TAIL = re.compile(r"\((?:单位:?)?(?:万元|千元|百元|亿元|元)\)$")
# What no one sees: soft hyphens, zero-width characters, marks of direction.
_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
_SPACE = re.compile(rf"[\s{_UNSEEN}]+")
# Signs that NFKC turns into digits: superscripts, subscripts, fractions, circled numbers. Beside digits they are marks.
_MARK = "\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u215e\u2189\u2460-\u249b\u24ea\u3251-\u325f\u32b1-\u32bf\U0001f100-\U0001f10a"
_MARKED = re.compile(f"[{_MARK}]")
_BESIDE_DIGITS = re.compile(rf"((?<=[\d{_MARK}])[{_MARK}]+|[{_MARK}]+(?=[\d{_MARK}]))")
# Traditional forms of the characters that forms and lists of codes print (drawn from OpenCC's tables; 餘 added).
_TRADITIONAL = (
    "丟並乾佔併來侷係個備傢傳債價億償儲內兩別刪則創劃動務勞勵區卹參員唸單噹國圖團埰執報場塊夥奬學寀實審寫專對導層屬崗幹幾庫廣廳張彆彌彔後徑從復態憑應戰捨採換撥撫據敎數於昇時書會朮査條業"
    "榦構標樣機檢檯欄權氣汙決沒況減測準濟瀘瀰災為無營爲獎環產産當療發監眞眾確碼礎稅種稱積筆箇節築糧糰紀紅級細組結絡統經維網編緻縣總績織繕繫繳續羣義職脩臺與舊舘萬蔘處號衆術衕衛裏補裝裡製"
    "複覈見規計訓託設許註評詢該認誤說説課調請諮識議護讀變讓負財貨責買費貼貿賃資賠購贈車軟較輔輛輸轉辦農迴這進遊運過適遷還郵鄉醫釦錄錯録錶長門開間閤闆關陞陳陽際險隻離電韆響頂項順須預領頭"
    "題額類颱養餘餘館體髮鬚齊齣"
)
_SIMPLIFIED = (
    "丢并干占并来局系个备家传债价亿偿储内两别删则创划动务劳励区恤参员念单当国图团采执报场块伙奖学采实审写专对导层属岗干几库广厅张别弥录后径从复态凭应战舍采换拨抚据教数于升时书会术查条业"
    "干构标样机检台栏权气污决没况减测准济泸弥灾为无营为奖环产产当疗发监真众确码础税种称积笔个节筑粮团纪红级细组结络统经维网编致县总绩织缮系缴续群义职修台与旧馆万参处号众术同卫里补装里制"
    "复核见规计训托设许注评询该认误说说课调请咨识议护读变让负财货责买费贴贸赁资赔购赠车软较辅辆输转办农回这进游运过适迁还邮乡医扣录错录表长门开间合板关升陈阳际险只离电千响顶项顺须预领头"
    "题额类台养余余馆体发须齐出"
)
_SIMPLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_QUOTES = _SIMPLE | str.maketrans({"“": '"', "”": '"', "「": '"', "」": '"', "‘": "'", "’": "'", "﹣": "-"})


def simplified(text: str) -> str:
    """``text`` with the traditional characters of our vocabulary written the simplified way."""
    return text.translate(_SIMPLE)


def without_invisible(text: str) -> str:
    """``text`` without the characters that nobody sees: zero-width ones, soft hyphens, marks of direction."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def normal(text: str) -> str:
    """``text`` in half-width forms (NFKC); ``12²`` and ``20①`` don't become 122 and 201: a mark beside digits is none."""
    found = unicodedata.normalize("NFKC", text)
    if found != text and _MARKED.search(text):
        pieces = _BESIDE_DIGITS.split(without_invisible(text))
        return "".join(p if i % 2 else unicodedata.normalize("NFKC", p) for i, p in enumerate(pieces))
    return found


def plain(text: str) -> str:
    """``text`` without white space or invisible characters, half-width, with straight quotes, in simplified characters."""
    return _short(text) if len(text) < _SHORT else _plain(text)


def _plain(text: str) -> str:
    return _SPACE.sub("", normal(text)).translate(_QUOTES)


_short = lru_cache(maxsize=8192)(_plain)  # labels are few and come again


def figure_text(text: str) -> str:
    """The text of a figure without spaces and invisible characters, half-width; marks (①, ²) stay what they are."""
    bare = without_invisible(text)
    if not _MARKED.search(bare):
        bare = unicodedata.normalize("NFKC", bare)
    return bare.strip().replace(" ", "").replace("\u3000", "")


@lru_cache(maxsize=8192)
def label_key(text: str) -> str:
    """The form in which labels are compared: :func:`plain`, without ordinal, ``其中:`` or colon."""
    bare = plain(text[:_LONGEST])
    previous = None
    while bare != previous:
        previous = bare
        bare = _LEAD.sub("", _ORDINAL.sub("", bare)).strip(":")
    return bare


@lru_cache(maxsize=4096)
def column_letters(index: int) -> str:
    """Spreadsheet letters of a 1-based column number: 1 → ``A``, 28 → ``AB``."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def column_index(letters: str) -> int:
    """1-based column number of spreadsheet letters: ``AB`` → 28."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index


def without_unit(key: str) -> str:
    """A label key without the unit in brackets at its end: ``合计(万元)`` → ``合计``."""
    return _UNIT_TAIL.sub("", key)


def whole(text: str | None) -> int | None:
    """The number that ``text`` spells in at most nine ASCII digits, else None. Untrusted text never reaches ``int``."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else None


def address(row: int, column: int) -> str:
    """``A1`` address of a 1-based row and column."""
    return f"{column_letters(column)}{row}"
