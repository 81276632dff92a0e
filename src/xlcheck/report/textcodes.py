"""The kinds of findings about texts (文字说明), one block each. See :mod:`xlcheck.report.codes`."""

from __future__ import annotations

from xlcheck.form import Severity
from xlcheck.report.findingcode import TEXT, FindingCode

_E, _V, _N = Severity.ERROR, Severity.VERIFY, Severity.NOTE

TEXT_BLOCKS = (
    # --- figures against tables ----------------------------------------------------------------------------
    FindingCode(
        "text_amount", TEXT, (_E, _V),
        "文字写“{quote}”（{what}），{there}是 {printed} {measure}，相差 {off} {measure}{hint}",
        "核对表和文字，改正写错的一处",
        {"quote": "0.3万元", "what": "财政拨款收入支出总计的决算数", "there": "公开04表 B37", "printed": "2961.68", "measure": "万元", "off": "2961.38", "hint": ""},
    ),
    FindingCode(
        "text_amount_unit", TEXT, (_E, _V),
        "文字写“{quote}”（{what}），{there}是 {printed} {measure}：数字差一万倍，单位“元”和“万元”写错了{hint}",
        "改正文字里的单位",
        {"quote": "567.18元", "what": "收入总计的决算数", "there": "公开01表 C37", "printed": "567.18", "measure": "万元", "hint": ""},
    ),
    FindingCode(
        "text_no_row", TEXT, (_V,),
        "文字写“{quote}”（{what}），{there}里没有科目 {number} 这一行",
        "核对科目名称，或在表里补上这一行",
        {"quote": "12.30万元", "what": "行政运行的决算数", "there": "一般公共预算财政拨款支出决算表", "number": "2080101"},
    ),
    FindingCode(
        "text_disagrees", TEXT, (_E, _V),
        "{what}，文字前面写“{other}”，这里写“{quote}”，前后不一致",
        "核对后改成同一个数",
        {"what": "机关事业单位职业年金缴费支出的预算数", "other": "257.14万元", "quote": "245.53万元"},
    ),
    FindingCode(
        "text_last", TEXT, (_E, _V),
        "文字写“{quote}”（{what}），{there}是 {printed} 万元，相差 {off} 万元",
        "按上年决算改正",
        {"quote": "20.63万元", "what": "公务接待费的上年数", "there": "上年公开09表 L8", "printed": "20.36", "off": "0.27"},
    ),
    FindingCode(
        "text_budget_unsaid", TEXT, (_V,),
        "“{what}{quote}”看来是年初预算数，前面漏写了“年初预算”",
        "补上“年初预算”",
        {"what": "住房保障支出", "quote": "28.78万元"},
    ),
    # --- shares, rates, changes ---------------------------------------------------------------------------
    FindingCode(
        "text_share", TEXT, (_E, _V),
        "“{what}”占“{whole}”的比例写“{quote}”，按 {left} ÷ {right} 应为 {should}%",
        "按表里的数重新计算",
        {"what": "一般公共服务支出", "whole": "一般公共预算财政拨款支出", "quote": "71.73%", "left": "2106.66", "right": "2940.05", "should": "71.65"},
    ),
    FindingCode(
        "text_share_forced", TEXT, (_N,),
        "“{what}”占“{whole}”的比例写“{quote}”，计算应为 {should}%：各项比例凑成了 100%",
        "可以不改；按四舍五入应写计算出的数",
        {"what": "住房保障支出", "whole": "一般公共预算财政拨款支出", "quote": "9.55%", "should": "9.56"},
    ),
    FindingCode(
        "text_share_of_nothing", TEXT, (_V,),
        "“{what}”占“{whole}”的比例写“{quote}”，但“{whole}”是 0，算不出比例",
        "核对总数；没有总数的不写比例",
        {"what": "货物采购", "whole": "政府采购支出", "quote": "50%"},
    ),
    FindingCode(
        "text_completion", TEXT, (_E, _V),
        "“{what}”完成{base}的比例写“{quote}”，按 {left} ÷ {right} 应为 {should}%",
        "按预算数和决算数重新计算",
        {"what": "住房公积金", "base": "年初预算", "quote": "97.68%", "left": "17.70", "right": "18.20", "should": "97.25"},
    ),
    FindingCode(
        "text_completion_base", TEXT, (_E,),
        "“{what}”写“完成{base}的{quote}”，这个比例是按{other}算的",
        "把“完成{base}”改成实际用的预算，或按它重新计算",
        {"what": "一般公共预算财政拨款支出", "base": "年初预算", "quote": "95.89%", "other": "全年预算"},
    ),
    FindingCode(
        "text_budget_name", TEXT, (_V,),
        "“{what}”写“完成{base}的{quote}”，同一张表的预算数别处都叫{other}",
        "核对是哪一种预算，各处用同一个名称",
        {"what": "“三公”经费", "base": "年初预算", "quote": "95.89%", "other": "全年预算"},
    ),
    FindingCode(
        "text_rate", TEXT, (_E, _V),
        "“{what}”的增减率写“{quote}”，增减额 {amount}，{base}是 {left}，应为 {should}%",
        "按增减额和基数重新计算",
        {"what": "机关运行经费", "quote": "2.60%", "amount": "4.68万元", "base": "上年", "left": "180.73", "should": "2.59"},
    ),
    FindingCode(
        "text_rate_of_nothing", TEXT, (_E,),
        "“{what}”的增减额写 0，增减率却写“{quote}”",
        "改正增减额或增减率",
        {"what": "公务接待费", "quote": "5.00%"},
    ),
    FindingCode(
        "text_rate_unsaid", TEXT, (_V,),
        "“{what}”的增减率写“{quote}”，基数不是 0，应为 {should}%",
        "写上计算出的增减率",
        {"what": "公务接待费", "quote": "--%", "should": "5.00"},
    ),
    FindingCode(
        "text_rate_without_amount", TEXT, (_V,),
        "“{what}”的增减率写“{quote}”，没有写比{base}增减多少",
        "写上增减的金额；上年没有这项支出的，写明不可比",
        {"what": "卫生健康支出", "quote": "∞%", "base": "上年"},
    ),
    FindingCode(
        "text_change", TEXT, (_E, _V),
        "“{what}”的增减额写“{quote}”，本年 {left}，{base} {other}，应为 {printed} 万元",
        "按两个数重新计算",
        {"what": "公务接待费", "quote": "0.28万元", "left": "8.77", "base": "上年", "other": "9.15", "printed": "0.38"},
    ),
    FindingCode(
        "text_change_impossible", TEXT, (_E,),
        "“{what}”写增加{amount}、增长{quote}，增加的比本年的数还多，上年就成了负数",
        "核对增减额和增减方向",
        {"what": "公务接待费", "amount": "9.00万元", "quote": "20.00%"},
    ),
    FindingCode(
        "text_no_base", TEXT, (_E, _V),
        "“{what}”的{base}数是 0，比例写“{quote}”：没有基数，算不出比例",
        "写明“{base}没有这项收支，不可比”，不写比例",
        {"what": "收入支出总计", "base": "上年", "quote": "100.00%"},
    ),
    FindingCode(
        "text_no_base_sign", TEXT, (_N,),
        "“{what}”的{base}数是 0，比例写“{quote}”",
        "可以不改；写“不可比”更清楚",
        {"what": "收入总计", "base": "上年", "quote": "∞%"},
    ),
    # --- directions and comparisons -----------------------------------------------------------------------
    FindingCode(
        "text_direction", TEXT, (_E,),
        "“{what}”写“{word}{quote}”，按 {rate} 反算应为“{right}”",
        "改正增减方向",
        {"what": "收入总计", "word": "增加", "quote": "90.09万元", "rate": "1.94%", "right": "减少"},
    ),
    FindingCode(
        "text_direction_known", TEXT, (_E,),
        "“{what}”写“{word}”，本年 {left}，{base} {other}，应为“{right}”",
        "改正增减方向",
        {"what": "公务接待费", "word": "增加", "left": "8.77", "base": "上年", "other": "9.05", "right": "减少"},
    ),
    FindingCode(
        "text_direction_mixed", TEXT, (_E,),
        "“{what}”前面写“{first}”，后面写“{second}{quote}”，方向相反",
        "改正增减方向",
        {"what": "公务接待费", "first": "增加", "second": "下降", "quote": "3.09%"},
    ),
    FindingCode(
        "text_comparison", TEXT, (_E, _V),
        "“{what}”写“{quote}”，决算数是 {left}，{base}是 {right}，应为“{should}”",
        "改正比较的说法，或核对两个数",
        {"what": "公务接待费", "quote": "决算数小于预算数", "left": "8.77", "base": "预算", "right": "8.00", "should": "大于"},
    ),
    FindingCode(
        "text_comparison_rate", TEXT, (_E, _V),
        "“{what}”写“{quote}”，完成率却是 {rate}，应为“{should}”",
        "改正比较的说法，或核对完成率",
        {"what": "公务接待费", "quote": "大于", "rate": "92.08%", "should": "小于"},
    ),
    FindingCode(
        "text_path", TEXT, (_V,),
        "科目“{quote}”的类、款、项不是一条线上的，不知道是哪个科目，没有核对",
        "核对科目名称，写对类、款、项",
        {"quote": "住房改革支出（款）行政单位医疗（项）"},
    ),
    FindingCode(
        "text_year_unsure", TEXT, (_V,),
        "“{what}”只写了“{quote}”的数，这是 {year} 年度的决算",
        "核对年度；写的是上年的数的，补写本年度的",
        {"quote": "2022年度", "year": "2023", "what": "机关运行经费"},
    ),
    FindingCode(
        "text_flat_and_change", TEXT, (_V,),
        "“{what}”一处写“{quote}”，一处写增减 {amount}，说法矛盾",
        "核对后只留一种说法",
        {"what": "公务接待费", "quote": "持平", "amount": "0.28万元"},
    ),
    # --- sums ----------------------------------------------------------------------------------------------
    FindingCode(
        "text_sum", TEXT, (_E, _V),
        "{what}写“{quote}”，{parts}之和是 {printed} {measure}，相差 {off} {measure}",
        "核对总数和各项",
        {"what": "政府采购支出的决算数", "quote": "251.25万元", "parts": "货物、工程、服务", "printed": "251.36", "measure": "万元", "off": "0.11"},
    ),
    FindingCode(
        "text_piece", TEXT, (_E,),
        "“{what}”写“{quote}”，{word}“{whole}”的 {printed} 万元：它是其中唯一有数的一项",
        "核对后改成一致",
        {"what": "国内公务接待费", "quote": "1.27万元", "word": "多于", "whole": "公务接待费", "printed": "0.84"},
    ),
    FindingCode(
        "text_budget_sum", TEXT, (_V,),
        "“{what}”的{word}写“{quote}”，文字里 {count} 个科目的{word}加起来是 {printed} 万元，多于总数",
        "核对总数和各科目的预算数",
        {"what": "一般公共预算财政拨款支出", "word": "年初预算", "quote": "4628.17万元", "count": "12", "printed": "4630.16"},
    ),
    FindingCode(
        "text_left_out", TEXT, (_V,),
        "“{what}”列出的各项加起来不够总数，{table}里还有：{missing}",
        "补写漏掉的项目",
        {"what": "本年收入合计", "table": "公开02表", "missing": "其他收入（6.20万元）"},
    ),
    FindingCode(
        "text_selfscores", TEXT, (_V,),
        "{what}，文字写“{quote}”，工作簿里的绩效自评表合计是 {printed} {measure}",
        "核对文字和自评表；自评表没有全附上的不必改",
        {"what": "绩效自评项目个数", "quote": "4个", "printed": "3", "measure": "个"},
    ),
    FindingCode(
        "text_table_differs", TEXT, (_E, _V),
        "文档里的{table}“{name}”与工作簿有 {count} 处不一致：{said}",
        "核对后改成一致",
        {"table": "公开03表", "name": "支出决算表", "count": "1", "said": "208 · 基本支出 文档是 318.61，工作簿 F8 是 318.16"},
    ),
    # --- what is said of the year, the unit, the sections ----------------------------------------------------
    FindingCode(
        "text_year", TEXT, (_E, _V),
        "写“{quote}”，{amount} 却是 {year} 年度{what}：年度写错了",
        "改成本年度",
        {"quote": "2022年度", "amount": "567.18万元", "year": "2023", "what": "收入总计的决算数"},
    ),
    FindingCode(
        "text_year_throughout", TEXT, (_E,),
        "通篇写的是 {quote} 年度，数却是 {year} 年度的（{count} 处）",
        "把年度全部改成本年度，与上年比较的改成上一年",
        {"quote": "2022", "year": "2023", "count": "30"},
    ),
    FindingCode(
        "text_base_year", TEXT, (_E, _V),
        "“{what}”与“{quote}”比较，{year} 年度决算的上年是 {right} 年",
        "核对比较的年度",
        {"what": "收入总计", "quote": "2021年度", "year": "2023", "right": "2022"},
    ),
    FindingCode(
        "text_budget_year", TEXT, (_V,),
        "“{what}”的预算写“{quote}”，这是 {year} 年度的决算",
        "核对预算的年度",
        {"what": "财政拨款支出", "quote": "2022年度", "year": "2023"},
    ),
    FindingCode(
        "text_day", TEXT, (_E,),
        "写“{quote}”，这是 {year} 年度的决算",
        "改成本年度的日期",
        {"quote": "截至2022年12月31日", "year": "2023"},
    ),
    FindingCode(
        "text_cover_year", TEXT, (_V,),
        "标题写 {quote} 年度，表是 {year} 年度的",
        "核对年度，改正写错的一处",
        {"quote": "2022", "year": "2023"},
    ),
    FindingCode(
        "text_other_unit", TEXT, (_V,),
        "标题写的单位是“{quote}”，工作簿的单位是“{unit_name}”",
        "核对是不是这个单位的文字说明",
        {"quote": "某某市教育局", "unit_name": "某某市财政局"},
    ),
    FindingCode(
        "text_of_another", TEXT, (_E,),
        "这份文字和工作簿不是一套：文字里与表对应的 {count} 个数有 {off} 个不同{hint}",
        "核对是不是放错或发错了文件，换成同一单位、同一年度的文字说明再核对；其余问题这次没有列出",
        {"count": "54", "off": "49", "hint": "；文字的单位是“某某市教育局”，工作簿的单位是“某某市财政局”"},
    ),
    FindingCode(
        "text_unit_left", TEXT, (_V,),
        "这里写的单位是“{quote}”，数却是“{unit_name}”的",
        "改成本单位的名称",
        {"quote": "某某县教育局", "unit_name": "某某市财政局"},
    ),
    FindingCode(
        "text_number_missing", TEXT, (_V,),
        "“{what}”有支出（{quote}），没有写{missing}",
        "按公开的要求写明",
        {"what": "公务接待费", "quote": "8.77万元", "missing": "公务接待批次数、公务接待人次数"},
    ),
    FindingCode(
        "text_no_reason", TEXT, (_N,),
        "“{what}”有增减（{quote}），这一节没有写原因",
        "写明增减的主要原因",
        {"what": "收入总计", "quote": "90.09万元"},
    ),
    FindingCode(
        "text_doubled_section", TEXT, (_E, _V),
        "“{heading}”这一节印了两次，{same}",
        "删去多余的一节",
        {"heading": "（四）预算绩效情况说明", "same": "文字完全相同"},
    ),
    FindingCode(
        "text_numbers_missing", TEXT, (_V,),
        "“{above}”之后是“{heading}”，缺少第{numbers}节",
        "补上缺少的各节，没有内容的也应说明；或改正序号",
        {"above": "六、基本支出决算情况说明", "heading": "九、“三公”经费支出决算情况说明", "numbers": "七、八"},
    ),
    FindingCode(
        "text_sections_missing", TEXT, (_V, _N),
        "没有找到这些内容：{sections}",
        "补上缺少的内容；本地不要求公开的不必改",
        {"sections": "政府性基金预算财政拨款收入支出决算情况"},
    ),
    FindingCode(
        "text_wrong_part", TEXT, (_V,),
        "文字说明上方的标题写作“{heading}”",
        "改成“第三部分 决算情况说明”，后面的部分顺延",
        {"heading": "第二部分 2023年部门决算表"},
    ),
    FindingCode(
        "text_not_read", TEXT, (_V,),
        "文字说明“{name}”没有核对：{said}",
        "按说明的原因重新提供文字说明",
        {"name": "文字说明.pdf", "said": "这份 PDF 是扫描件，没有可以读的文字"},
    ),
)  # fmt: skip
