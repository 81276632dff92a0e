"""What a mapping file may say: pydantic models, the source of the JSON Schema for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from xlcheck.shapes import SHAPES

Text = Annotated[str, Field(min_length=1)]
if TYPE_CHECKING:
    ShapeName = str
else:  # just the names of the shapes that there are
    ShapeName = Literal[tuple(SHAPES)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RowModel(_Model):
    """一行：数据行写 label；空行写 blank（行次或“起-止”）；标题行写 heading；小表头写 caption。"""

    label: Text | None = Field(None, description="印出的项目名称，可带序号")
    key: Text | None = Field(None, description="公式里用的名称，缺省为去掉序号的 label")
    aliases: list[Text] = Field([], description="其他年份、其他地方的写法")
    line: int | None = Field(None, description="行次")
    code: Text | None = Field(None, description="对应的科目代码")
    unit: Text | None = Field(None, description="与本表不同的计量单位，如 辆")
    exact: bool = Field(False, description="整数，不四舍五入")
    mark: Text | None = Field(None, description="固定印出的标记，如 ────（不适用）")
    indent: int = Field(0, description="名称前缩进的层数")
    optional: bool = Field(False, description="有的单位不印这一行；没有时按空算，不算缺行")
    block: int = Field(0, description="并排版式中的第几块，从 1 起")
    footer: bool = Field(False, description="并排版式底部的合计行")
    blank: Text | None = Field(None, description="有行次、无项目的空行：9 或 9-26")
    heading: Text | None = Field(None, description="表内小标题")
    caption: list[str] | None = Field(None, description="表内重复的小表头")


class ColumnModel(_Model):
    """一栏。role: label 项目、line 行次、code 科目代码、name 科目名称、amount 金额。"""

    role: Literal["label", "line", "code", "name", "amount"] = "amount"
    key: Text | None = Field(None, description="公式里用的名称，缺省为最下层表头")
    header: list[Text] = Field(min_length=1, description="由外到内的表头文字")
    aliases: list[list[Text]] = Field([], description="表头的其他写法")
    at: Annotated[str, Field(pattern="^[A-Z]{1,3}$", description="官方表样中的列")]
    to: Annotated[str | None, Field(pattern="^[A-Z]{1,3}$", description="占几列时的最后一列，如代码占 A 到 C")] = None
    number: int | None = Field(None, description="栏次")
    width: float = Field(14.0, description="列宽（字符）")
    row: Text | None = Field(None, description="单行表中这一格属于哪一行，如 预算数")
    block: int = Field(0, description="并排版式中的第几块，从 1 起")


class TotalModel(_Model):
    """科目表的合计行。"""

    label: Text = "合计"
    aliases: list[Text] = []
    first: bool = Field(True, description="合计在首行（true）还是末行（false）")


class SectionModel(_Model):
    """一张表里的一块数据。shape: labels 按项目、codes 按科目代码、blocks 并排科目、record 单行。

    扩充别的映射时，只写要改的项。
    """

    shape: ShapeName | None = None
    columns: Annotated[list[ColumnModel], Field(min_length=1)] | None = None
    rows: list[RowModel] = []
    lengths: list[int] = Field([], description="科目代码的位数，如 3、5、7")
    total: TotalModel | None = None
    spare: int = Field(0, description="空白表样里留几行科目")
    first_row: int | None = Field(None, description="官方表样中第一行数据的行号")


class TableModel(_Model):
    """一张表。"""

    key: Text = Field(description="表的简称，在各套映射中不变")
    number: Text | None = Field(None, description="印出的编号，如 公开01；公式里也用它")
    name: Text | None = Field(None, description="表名")
    aliases: list[Text] = Field([], description="表名的其他写法")
    sheet: Text | None = Field(None, description="空白表样里的工作表名")
    sections: dict[str, SectionModel] | None = None
    header_row: int = 4
    numbered: bool = Field(True, description="是否有“栏次”行")
    number_caption: str = "栏次"
    unit_label: str = Field("部门名称", description="抬头，如 部门名称、单位名称；空则表上不印单位和年度")
    currency: Text = "万元"
    currency_label: Text = "金额单位："
    decimals: int = 2
    landscape: bool = False
    footnote: str = ""
    empty_statement: str = Field("", description="本表无数据时的说明")
    all_rows: bool = Field(
        False, description="表样的每一行都必须印出来；没有印全的说一句“核实”。不写则没有金额的行可以不印"
    )


class ExampleModel(_Model):
    """规则的示例：单元格 = 数值，没写的格子为空。"""

    passing: dict[str, Any] | None = Field(None, alias="pass", description="成立的例子")
    failing: dict[str, Any] | None = Field(None, alias="fail", description="不成立的例子")
    rounding: dict[str, Any] | str | None = Field(
        None, description="四舍五入造成差额的例子；不涉及金额的规则写一句为什么没有"
    )


class RuleModel(_Model):
    """一条勾稽关系。"""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2,4}-[0-9]{2,3}[a-z]?$", description="如 G03-02")]
    title: Text
    severity: Literal["错误", "核实", "提示"]
    grade: Literal["always", "usually", "local"] = "always"
    formula: Text
    reason: Text = Field(description="为什么应当成立")
    mend: Text = Field(description="怎么改")
    basis: Text = Field(description="依据")
    missing: Literal["无法判断", "不适用"] = Field("无法判断", description="缺少所需的表时怎么算")
    examples: ExampleModel


class TermModel(_Model):
    """公式里可用的条件名。"""

    name: Text
    condition: Text
    reason: Text


class RuleFile(_Model):
    """rules/*.yaml"""

    terms: list[TermModel] = []
    rules: list[RuleModel] = []


class SetModel(_Model):
    """set.yaml"""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    extends: Text | None = None
    abstract: bool = Field(False, description="只供其他映射引用，不直接用来识别工作簿")
    year: int
    place: Text
    dated: str = Field("", pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="规则的日期，写在加引号的 年-月-日 里")
    tables: list[Text] | None = Field(None, description="各表简称，按印出的次序")
    drop: dict[str, str] = Field({}, description="不用的规则编号和原因")
    codes: Text | None = Field(None, description="科目代码表（CSV：code,name）")


class FrameModel(_Model):
    """文字说明的一个句式：词类之间空一格，方括号里的可以没有。"""

    name: Text
    form: Text = Field(description="如：完成 [年初预算|预算] [连*] 百分比=完成率")
    base: Literal["", "预算", "上年"] = ""
    compare: bool = False
    flat: bool = False
    examples: list[Text] = Field(min_length=1, description="例句，测试照它检查")


class SubjectModel(_Model):
    """文字说明里说到的一个项目。"""

    words: list[Text] = Field([], description="印出来的各种写法")
    cells: list[Text] = Field([], description="表/行/列，或 表·部分/行/列；几个格应当相同")
    sum_cells: list[Text] = Field([], description="几个格相加才是这个数")
    also: list[Text] = Field([], description="文字可能把这些格也加进去（其他资金的同一项）")
    budget: Text | None = Field(None, description="预算数所在的格")
    counts: dict[str, list[Text]] = Field({}, description="数量的名称: 计量单位")
    amounts: Text = Field("", description="金额另有名称的，写名称")
    instead: Text = Field("", description="哪一节用同样的说法说另一个数（收入总计）；是哪一个，看数字")


class NarrativeSectionModel(_Model):
    """文字说明的一节。"""

    headings: list[Text] = []
    hints: list[Text] = Field([], description="别处没有的标题里有这些字的，也是这一节")
    table: Text = ""
    subjects: dict[str, SubjectModel] = {}
    columns: list[Text] = Field([], description="这张表这一行的各栏都是项目：表/行")
    rows: list[Text] = Field([], description="这张表的各行都是项目：表·部分/列")
    codes: Text = Field("", description="科目的数在哪一栏：表/列")
    sums: list[list[Text]] = Field([], description="第一个等于其余各项之和")
    pieces: list[list[Text]] = Field([], description="第一个等于第二个，或者再加上其余的几个（也许已经在第二个里）")
    needs: dict[str, list[Text]] = Field({}, description="有金额的项目应当写明的数量")
    written: dict[str, Text] = Field({}, description="数量的名称: 正则表达式；文字里有这样的话，就算写了这个数量")
    covered: list[Text] = Field([], description="有这几节之一，就不算缺了这一节")
    required: bool = False
    group: bool = False
    end: bool = False
    projects: bool = Field(False, description="这一节多讲单个项目：认不出的数与表无关")


class WrittenBlockModel(_Model):
    """xlcheck write 写出的一段：标题，或一句，或一列项目。"""

    heading: Text = Field("", description="标题")
    level: int = Field(2, ge=1, le=4, description="标题的级别")
    section: Text = Field("", description="句子里的项目属于哪一节；不写则与上一段相同")
    say: Text = Field("", description="句子；花括号里是要填的数，如 {收入总计}、{占比:基本支出}、{增减:收入总计}")
    each: Literal["", "栏目", "类", "项"] = Field("", description="对每一栏、每一类、每一项各写一句")
    join: Text = Field("；", description="各句之间")
    end: str = Field("。", description="最后一句之后")
    zero: bool = Field(False, description="没有金额的栏目也写")
    lines: bool = Field(False, description="每一项单独成段，前面写 1. 2. 3.")
    when: Text = Field("", description="这一项有金额时才写")
    unless: Text = Field("", description="这一项没有金额时才写")


class NarrativeRuleModel(_Model):
    """核对文字说明的一条规则：判断方法在程序里，这里是说明和例句。"""

    id: Annotated[str, Field(pattern=r"^T[0-9]{2}-[0-9]{2}$", description="如 T01-02")]
    title: Text
    severity: Literal["错误", "核实", "提示"]
    reason: Text
    mend: Text
    basis: Text
    section: str = Field(description="例句所在的节")
    passing: list[Text] = Field([], alias="pass", description="对的例句")
    failing: list[Text] = Field([], alias="fail", description="不对的例句")
    rounding: list[Text] = Field([], description="只有取舍差别、算对的例句")
    note: Text = Field("", description="没有例句的，写一句为什么")


class NarrativeFile(_Model):
    """narrative/*.yaml"""

    title: Text = Field("", description="文字说明的标题")
    unit: Text = "万元"
    words: dict[str, list[Text]] = {}
    frames: list[FrameModel] = []
    variants: list[list[Text]] = Field([], description="项目名称里可以互换的写法：[公务用车, 公务车]")
    sections: dict[str, NarrativeSectionModel] = {}
    rules: list[NarrativeRuleModel] = []
    text: list[WrittenBlockModel] = Field([], description="xlcheck write 写出的文字，一段一段的")
    order: list[Text] = Field([], description="各节的次序；不写则按全国的次序")


FILES: dict[str, type[BaseModel]] = {
    "set": SetModel,
    "table": TableModel,
    "rules": RuleFile,
    "narrative": NarrativeFile,
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of all mapping files: one definition per kind of file, joined by ``anyOf``."""
    definitions: dict[str, Any] = {}
    for name, model in FILES.items():
        schema = model.model_json_schema(by_alias=True)
        definitions.update(schema.pop("$defs", {}))
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "xlcheck mapping",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in FILES],
        "$defs": definitions,
    }
