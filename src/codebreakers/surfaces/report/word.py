"""A document for Word: real headings, header rows that repeat, a title, a language, alternatives.

A school goes on writing in it, so nothing is laid out by blanks or drawn as a picture of words.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from codebreakers.surfaces.report.document import Document

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import Table as WordTable

__all__ = ["word_of"]

_FONT = "Arial"
_INK, _BLUE, _TINT = "0B0C0C", "12436D", "EEF3F7"
_SIZES = {"Title": 20, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11, "Normal": 10.5}
_MARGIN, _PAPER = 20, (210, 297)  # millimetres
_PIXELS = 2.0


def word_of(document: Document) -> bytes:
    """Return a plan's document as the bytes of a .docx file.

    Parameters
    ----------
    document : mapping
        As ``report.plan.plan_document`` makes it; its words are text and never markup.
    """
    import docx

    word = docx.Document()
    _prepare(word, document)
    word.add_paragraph(document["title"], style="Title")
    if document["made_up"]:
        said = "Example England: a made-up country. Its schools and figures are made up."
        word.add_paragraph().add_run(said).bold = True
    word.add_paragraph(f"{document['place']}. URN {document['urn']}.")
    for part in document["parts"]:
        _add_part(word, part)
    word.add_heading("Files read", 1)
    for source in document["sources"]:
        word.add_paragraph(f"{source['said']}: {source['file']}", style="List Bullet")
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def _prepare(word: Word, document: Document) -> None:
    from docx.shared import Mm

    section = word.sections[0]
    section.page_width, section.page_height = (Mm(x) for x in _PAPER)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN)
    run = document["run"]
    section.footer.paragraphs[
        0
    ].text = f"codebreakers {run['version']}, run {run['id']}. Not an official statistic."
    language = "-".join(document["language"])
    about = word.core_properties
    about.title, about.language = document["title"], language
    about.author, about.comments, about.subject = "", "", document["subtitle"]
    _set_styles(word, language)


def _set_styles(word: Word, language: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size in _SIZES.items():
        style: Any = word.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor.from_string(_INK if name == "Normal" else _BLUE)
        # A theme's font stands before a named one.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for mark in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{mark}"), None)
        fonts.set(qn("w:hAnsi"), _FONT)
    for marked in word.styles.element.iter(qn("w:lang")):
        marked.set(qn("w:val"), language)


def _add_part(word: Word, part: dict[str, Any]) -> None:
    word.add_heading(part["heading"], part["level"])
    for words in part["words"]:
        word.add_paragraph(words)
    for words in part["said"]:
        word.add_paragraph(words, style="List Bullet")
    if part["drawing"]:
        _add_drawing(word, part["drawing"])
    if part["table"]:
        _add_table(word, part["table"])


def _add_drawing(word: Word, drawn: dict[str, str]) -> None:
    import vl_convert
    from docx.shared import Mm

    picture = io.BytesIO(vl_convert.svg_to_png(drawn["svg"], scale=_PIXELS))
    shape = word.add_picture(picture, width=Mm(_PAPER[0] - 2 * _MARGIN))
    about = shape._inline.docPr  # the library has no public way to it
    about.set("title", drawn["title"])
    about.set("descr", drawn["alternative"])
    if drawn["notes"]:
        word.add_paragraph(drawn["notes"])


def _add_table(word: Word, rows: dict[str, Any]) -> None:
    if rows["rows"]:
        table = word.add_table(1 + len(rows["rows"]), len(rows["columns"]), style="Table Grid")
        _mark_up(table, rows["title"])
        _fill(table, rows)
    for note in rows["notes"]:
        word.add_paragraph(note)


def _mark_up(table: WordTable, title: str) -> None:
    """Say what the table is, and that its first row is its header, on every page it is on."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties: Any = table._tbl.tblPr
    # In the order that the form of the file asks for: last of all.
    for name in ("w:tblCaption", "w:tblDescription"):
        said = OxmlElement(name)
        said.set(qn("w:val"), title)
        properties.append(said)
    for number, row in enumerate(table.rows):
        about: Any = row._tr.get_or_add_trPr()
        about.append(OxmlElement("w:cantSplit"))
        if number == 0:
            about.append(OxmlElement("w:tblHeader"))


def _fill(table: WordTable, rows: dict[str, Any]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    table.autofit = False
    room, wanted = _PAPER[0] - 2 * _MARGIN, sum(rows["widths"])
    widths = [Mm(room * share / wanted) for share in rows["widths"]]
    for number, cells in enumerate((rows["columns"], *rows["rows"])):
        # The cells of a row are asked for once: asking is slow.
        for index, (cell, text) in enumerate(zip(table.rows[number].cells, cells, strict=True)):
            cell.width = widths[index]
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text)
            if rows["numbers"][index]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                run.bold = True
                shade: Any = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), _TINT)
                cell._tc.get_or_add_tcPr().append(shade)
