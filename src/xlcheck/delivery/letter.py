"""What a unit is written: the letter about its workbook, with the marked copy, to the addresses of the roster only."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from xlcheck.counted import form_of, project_of
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.mime import Attached, Content, message_bytes, one_line
from xlcheck.delivery.templates import RESULT, render
from xlcheck.delivery.together import PACKED
from xlcheck.documents.endings import called_document
from xlcheck.errors import Fault, XlcheckError
from xlcheck.files import reason
from xlcheck.form import SetSpec
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import REMIND, TEXT_FORM, Found, Letter, Posted, Receipt, YearSource, has_tables
from xlcheck.mapping.library import Library
from xlcheck.office.names import joined, tidy, without_lead
from xlcheck.office.passing import passing_of_receipt
from xlcheck.office.roster import Unit
from xlcheck.office.settings import Mail
from xlcheck.report.passing import Passing
from xlcheck.report.report import NEW, OPEN, Finding, Report

_MOST_FINDINGS, _MOST_CAUSES, _MOST_REASONS = 30, 10, 5
_BASE64 = 1.37  # what encoding adds: 4 bytes for 3, and line ends
_WORD = ".docx"  # what a marked copy of a document is
SENT_BEFORE = "“已发”里有这封信，台账里没有：恢复台账以前多半已经发过"


class Draft(NamedTuple):
    """A letter as it goes into the outbox: its record and its bytes."""

    posted: Posted
    data: bytes


def result_letter(
    desk: Desk, receipt: Receipt, report: Report, found: Sequence[Found], marked: Path | None
) -> Draft | None:
    """The letter about a version; None where there is no mail at this desk, or the roster has no address of the unit.

    Raises:
        Usage: a template of the reviewer's has a mistake.
        Fault: the marked copy can't be read.
    """
    mail, unit = desk.settings.mail, desk.roster.get(receipt.unit)
    if mail is None or unit is None or not unit.addresses:
        return None
    attached, zipped = _attached(unit, receipt, marked, mail)
    data = _said(desk, receipt, report, found, unit, mail) | {
        "attachment": attached.name if attached else "", "zipped": zipped,
    }  # fmt: skip
    # no version: bytes that come again after a restore, in another order, are the same letter
    seed = f"result {receipt.unit} {receipt.year} {receipt.form} {receipt.sha256}"
    if receipt.rechecks is not None:  # but what was checked again beside its workbook is written about again
        seed += f" again {receipt.rechecks}"
    if receipt.first is not None:  # and bytes that are the newest again are written about again
        seed += f" {receipt.version}"
    return draft(desk, unit, mail, seed, RESULT, _subject(receipt, unit), receipt.year, receipt.at, data, attached)


def draft(
    desk: Desk, unit: Unit, mail: Mail, seed: str, kind: str, subject: str, year: int | None, at: str,
    data: Mapping[str, Any], attached: Attached | None = None,
) -> Draft:  # fmt: skip
    """A letter of any kind. ``seed`` decides its Message-ID: the same seed is the same letter.

    Raises:
        Usage: a template of the reviewer's has a mistake.
    """
    digest = hashlib.sha256(seed.encode()).hexdigest()[:32]
    message_id = f"<{digest}.xlcheck@{mail.sender.rpartition('@')[2]}>"
    before = letters.last_to(desk.ledger, unit.code, year)
    content = Content(
        (mail.sender_name, mail.sender), unit.addresses, unit.copies, mail.reply_to, subject, message_id,
        before.message_id if before else "", at, render(kind, "txt", data, desk.folders.templates),
        render(kind, "html", data, desk.folders.templates), attached,
    )  # fmt: skip
    message = message_bytes(content)
    name = joined([at[:10], unit.code, digest[:8]], f"_{tidy(unit.name, 90)}.eml")
    state, said = (Letter.UNCERTAIN, SENT_BEFORE) if digest[:8] in desk.sent_before else (Letter.READY, "")
    posted = Posted(
        id=digest, kind="result" if kind == RESULT else REMIND, receipt=None, unit=unit.code, year=year,
        recipients=unit.addresses, copies=unit.copies, subject=subject, message_id=message_id, answers=content.answers,
        state=state.value, attempts=0, due="", said=said, made=at, sent="", file=name,
        sha256=hashlib.sha256(message).hexdigest(),
    )  # fmt: skip
    return Draft(posted, message)


def _subject(receipt: Receipt, unit: Unit) -> str:
    year = f"{receipt.year}年度" if receipt.year else ""
    project = project_of(receipt.form)
    what = f"自评表“{project}”" if project else ""
    return one_line(f"【决算公开审核】{unit.name}{year}{what}（第 {receipt.version} 版）{_verdict(receipt, unit)}")


def _verdict(receipt: Receipt, unit: Unit) -> str:
    decision = passing_of_receipt(receipt, unit)
    match decision.passing:
        case Passing.WRONG:
            return f"请改正后重报：错误 {receipt.errors} 条、核实 {receipt.verifies} 条"
        case Passing.DOUBTFUL:
            return f"待核实：{'、'.join(decision.why)}"
    return "审核通过"


def title_of(desk: Desk, form: str, year: int | None = None, *, place: bool = True) -> str:
    """What a form is called in short, with the year; its id where the mappings no longer know it.

    Without its ``place`` for units: the form of one place is also that of others that print the same tables.
    """
    if form == TEXT_FORM:
        return f"{year}年度{form}" if year else form
    try:
        title = _title_of(desk.pipeline.library, form_of(form), place=place)
    except XlcheckError:
        title = form_of(form)
    project = project_of(form)
    return (f"{year}年度{title}" if year else title) + (f"（{project}）" if project else "")


def _title_of(library: Library, form: str, *, place: bool) -> str:
    """What a form is called in short.

    Raises:
        XlcheckError: the mappings do not know it.
    """
    if not form:
        return "部门决算公开表"
    scores = library.score_sheet(form)
    if scores is not None:
        return scores.title if place else re.sub(r"（[^（）]*）$", "", scores.title)
    return _title(library.load(form), place=place)


def _title(spec: SetSpec, *, place: bool) -> str:
    title = spec.short_title
    if place or not spec.place:
        return title
    return re.sub(rf"^{re.escape(spec.place)}(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)?", "", title) or title


def common(desk: Desk, unit: Unit, mail: Mail, year: int | None, at: str) -> dict[str, Any]:
    """What every letter may say."""
    return {
        "unit": unit.name, "contact": unit.contact, "year": f"{year}年度" if year else "", "due": str(unit.due or ""),
        "send_to": desk.settings.send_to, "reply_to": mail.reply_to, "signature": mail.signature or mail.sender_name,
        "today": at[:10],
    }  # fmt: skip


def _said(
    desk: Desk, receipt: Receipt, report: Report, found: Sequence[Found], unit: Unit, mail: Mail
) -> dict[str, Any]:
    """Plain data for the template: strings, numbers, lists."""
    decision = passing_of_receipt(receipt, unit)
    return {
        **common(desk, unit, mail, receipt.year, receipt.at),
        "title": title_of(desk, receipt.form, receipt.year, place=False), "version": receipt.version, "received": receipts.came_first(desk.ledger, receipt).at[:16].replace("T", " "),
        "year_said": year_said(receipt), "again": _again(desk, receipt), "rechecked": _rechecked(receipt), "file": _files(receipt, report), "passed": decision.passed,
        "look": _where_to_look(receipt), "wrong": receipt.wrong, "result": decision.passing.value, "why": "；".join(decision.why), "errors": receipt.errors,
        "verifies": receipt.verifies, "notes": receipt.notes, "explained": receipt.explained, "unsaid": receipt.unsaid, "unsaid_said": _unsaid(receipt, report),
        **_of_document(receipt),
        "compared": report.comparison is not None, "mended": receipt.mended,
        **_counted_lives(found), **_first_causes(report), **_first_findings(report),
    }  # fmt: skip


def _where_to_look(receipt: Receipt) -> str:
    """Where in what is attached the marks are."""
    sheets = "最后一张表“审核结果”和标了颜色的格子"
    if Path(receipt.marked).suffix == _WORD:
        return "文字和表格旁边的批注" if has_tables(receipt.form) else "文字旁边的批注"
    return f"工作簿里{sheets}，和 Word 文件里的批注" if Path(receipt.marked).suffix == PACKED else sheets


def _unsaid(receipt: Receipt, report: Report) -> str:
    """How much could not be checked, and where the reasons are: no list is in a Word file, so that the letter has them."""
    if not receipt.unsaid:
        return ""
    if not called_document(receipt.name):
        return f"另有 {receipt.unsaid} 条勾稽关系没能核对（原因见附件“审核结果”末尾），不算通过。"
    reasons = [one.reason for one in report.not_evaluated]
    more = f"；等 {len(reasons)} 条" if len(reasons) > _MOST_REASONS else ""
    return f"另有 {receipt.unsaid} 处没能核对，不算通过：{'；'.join(reasons[:_MOST_REASONS])}{more}。"


def _of_document(receipt: Receipt) -> dict[str, str]:
    """What is said otherwise of a document than of a workbook."""
    if not called_document(receipt.name):
        missing = "带标记的工作簿太大，没有随信附上，请与我们联系领取"
        return {"explain_where": "在“审核结果”的“单位说明”栏写明原因", "what": "工作簿", "no_copy": missing}
    missing = (
        "带批注的文件太大，没有随信附上，请与我们联系领取" if receipt.marked else "这种文件加不了批注，问题都在上面"
    )
    return {"explain_where": "在回信里写明原因", "what": "文件", "no_copy": missing}


def year_said(receipt: Receipt) -> str:
    """Of which year a workbook was taken for where its sheets do not say so; empty where they do."""
    if not receipt.year_by:
        return ""
    if receipt.year_by == YearSource.PERSON:
        return f"年度由审核人定为 {receipt.year} 年度"
    return f"表里没有写年度，或写得不对，按{receipt.year_by}算作 {receipt.year} 年度"


def _again(desk: Desk, receipt: Receipt) -> str:
    """That these bytes came before, and another version in between."""
    before = receipts.by_number(desk.ledger, receipt.first) if receipt.first is not None else None
    if before is None:
        return ""
    return f"这一份与 {before.at[:10]} 报送的第 {before.version} 版逐字节相同，又按最新一版算"


def _files(receipt: Receipt, report: Report) -> str:
    """What came, by name: the workbook and the texts that came with it."""
    own = without_lead(receipt.name)
    papers = [t.document for t in report.texts if t.document != PurePosixPath(own.replace("\\", "/")).name]
    if receipt.form == TEXT_FORM:
        return own
    return "”“".join([own, *papers])


def _rechecked(receipt: Receipt) -> str:
    """That a text was checked again by itself."""
    if receipt.rechecks is None:
        return ""
    return "这份文字说明以前单独核对过；现在工作簿已经收到，对着工作簿又核对了一次，仍是这一版，以这一封信为准"


def _counted_lives(found: Sequence[Found]) -> dict[str, Any]:
    """How many findings are new in this version, and how many are left from the one before."""
    states = Counter(f.state for f in found)
    return {"fresh": states[NEW], "still": states[OPEN]}


def _first_causes(report: Report) -> dict[str, Any]:
    """What most likely went wrong, as far as a letter has room for it, and how much it leaves out."""
    causes = [d.message for d in report.diagnoses]
    return {"causes": causes[:_MOST_CAUSES], "causes_left": max(0, len(causes) - _MOST_CAUSES)}


def _first_findings(report: Report) -> dict[str, Any]:
    """The open findings, as far as a letter has room for them, and how many it leaves out."""
    left = [f for f in report.findings if f.open]
    return {
        "findings": [_finding(f) for f in left[:_MOST_FINDINGS]],
        "findings_left": max(0, len(left) - _MOST_FINDINGS),
    }


def _finding(finding: Finding) -> dict[str, str]:
    subject = finding.subject
    return {
        "severity": finding.severity.value, "table": subject.listed_table if subject else "",
        "cell": (subject.listed_cell if subject.passage else subject.cell or "") if subject else "", "message": finding.message, "mend": _todo(finding),
        "change": finding.change,
    }  # fmt: skip


def _todo(finding: Finding) -> str:
    """What to do: where a diagnosis explains it, the letter has that above, by its number."""
    if finding.diagnosis is None:
        return finding.advice
    if finding.diagnosis < _MOST_CAUSES:
        return f"改正上面第 {finding.diagnosis + 1} 处，这一条就成立了。"
    return "先改正附件里标出的疑似填错的格子。"


def _attached(unit: Unit, receipt: Receipt, marked: Path | None, mail: Mail) -> tuple[Attached | None, bool]:
    """The marked copy, zipped where it would be too large, left out where even that is."""
    if marked is None:
        return None, False
    try:
        data = marked.read_bytes()
    except OSError as error:
        raise Fault(f"读不了“{marked}”：{reason(error)}") from error
    year = f"{receipt.year}年度" if receipt.year else ""
    what = TEXT_FORM if receipt.form == TEXT_FORM else "决算公开"
    stem = joined([tidy(unit.name, 120), f"{year}{what}_第{receipt.version}版_审核"])
    name, most = f"{stem}{marked.suffix}", mail.megabytes * 1_000_000
    if len(data) * _BASE64 <= most:
        return Attached(name, data), marked.suffix == PACKED
    packed = _zipped(name, data)
    return (Attached(f"{stem}.zip", packed), True) if len(packed) * _BASE64 <= most else (None, False)


def _zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()
