"""What a new desk begins with: commented settings and a roster to fill."""

from __future__ import annotations

from xlcheck.office.roster import HEADINGS

ROSTER = "单位名册.csv"

SETTINGS = """\
# xlcheck 的设置。“#”后面是说明。没有写的项用缺省值；改好后运行 xlcheck doctor 检查。

单位名册: 单位名册.csv     # 也可以是 .xlsx
# 表样: shanxi-2023        # 只收这一种表样；不写则自动识别（xlcheck rules 可列出）
# 映射文件夹: 映射        # 自己的映射放在这里（可以没有）；程序自带的照常可用，更新程序不会动它
# 年度: 2025               # 催报和总览看哪一年；不写则看最近一年
# 上年文件夹: 上年          # 放上年各单位的工作簿（文件名里有单位名称），用来核对年初数
改好后发到:                # 写进退回的工作簿和信里，例如 js@example.gov.cn

静置秒数: 3                # 文件放进来后，几秒没有变化才取走
轮询秒数: 10               # 多久看一次收件文件夹
文件事件: 是               # 收件文件夹在网络共享上时写 否
# 同时检查: 2              # 不写则按处理器核数
备份份数: 30               # 台账每天备份一份，保留几份

# 各文件夹的名称，可以改，也可以写完整路径。彼此不能重叠。
# 文件夹:
#   收件: 收件
#   处理中: 处理中
#   已处理: 已处理
#   已退回: 已退回
#   无法识别: 无法识别
#   发件: 发件
#   台账: 台账            # 要放在本机磁盘上，不要放在网络共享上
#   信件模板: 信件模板     # 放自己写的 结果信.txt、结果信.html、催报信.txt、催报信.html

# 发信。密码不写在这里：放在环境变量里，或系统的钥匙串里。
# 邮件:
#   服务器: smtp.example.gov.cn
#   加密: SSL              # SSL（端口 465）、STARTTLS（587）或 不加密（25，只用于内网无密码的服务器）
#   端口: 465
#   账号: js@example.gov.cn
#   密码环境变量: XLCHECK_SMTP_PASSWORD
#   # 密码在钥匙串: 是     # 存进去：keyring set xlcheck:smtp.example.gov.cn js@example.gov.cn
#   发件人: js@example.gov.cn
#   发件人名称: 某某财政局决算科
#   落款: 某某财政局决算科  电话 0000-0000000
#   附件上限MB: 20
#   每封间隔秒数: 1
#   自动发送: 否           # 是：watch 检查完就发；否：由人运行 xlcheck send

# 从邮箱取单位发来的工作簿（xlcheck fetch）。
# 收信:
#   服务器: imap.example.gov.cn
#   加密: SSL
#   账号: js@example.gov.cn
#   密码环境变量: XLCHECK_IMAP_PASSWORD
#   邮箱文件夹: INBOX
#   只看最近几天: 30
"""


def roster_template() -> bytes:
    """A roster with the headings only (UTF-8 with BOM, so that Excel reads it right)."""
    return (",".join(HEADINGS) + "\r\n").encode("utf-8-sig")
