# SPDX-License-Identifier: MIT
"""Workbooks for tests, as small as Excel would still take them, made part by part."""
import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = f'xmlns="{MAIN}" xmlns:r="{RELATIONS}"'


def column(n):
    text = ""
    n += 1
    while n:
        n, rest = divmod(n - 1, 26)
        text = chr(65 + rest) + text
    return text


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def cell(place, value, strings):
    """value: a number, a text, or {"v", "t", "s", "f"}: value, type, style, formula."""
    if isinstance(value, dict):
        marks = "".join(f' {k}="{value[k]}"' for k in ("t", "s") if k in value)
        inner = "".join(f"<{k}>{value[k]}</{k}>" for k in ("f", "v") if k in value)
        return f'<c r="{place}"{marks}>{inner}</c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    if strings is not None:
        strings.append(value)
        return f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escaped(value)}</t></is></c>'


def sheet(rows, merges, strings, before):
    lines = []
    for r, row in enumerate(rows, 1):
        cells = "".join(cell(f"{column(c)}{r}", v, strings) for c, v in enumerate(row) if v is not None)
        lines.append(f'<row r="{r}">{cells}</row>')
    merged = "".join(f'<mergeCell ref="{m}"/>' for m in merges)
    merged = f"<mergeCells>{merged}</mergeCells>" if merges else ""
    return (f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet {NAMES}>'
            f'<sheetData>{"".join(lines)}</sheetData>{merged}</worksheet>')


def xlsx(rows, merges=(), shared=False, date1904=False, formats=(), styles=(), names=("Sheet1",), before=""):
    """The last of the sheets has the rows, those before it none. styles: numbers of formats; formats: those
    from 164 on."""
    strings = [] if shared else None
    full = sheet(rows, merges, strings, before)
    empty = f"<worksheet {NAMES}><sheetData/></worksheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1))
        mode = ' date1904="1"' if date1904 else ""
        z.writestr("xl/workbook.xml", f"<workbook {NAMES}><workbookPr{mode}/><sheets>{listed}</sheets></workbook>")
        related = "".join(f'<Relationship Id="rId{i}" Target="worksheets/sheet{i}.xml"/>'
                          for i in range(1, len(names) + 1))
        z.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{related}</Relationships>")
        codes = "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{f}"/>' for i, f in enumerate(formats))
        cells = "".join(f'<xf numFmtId="{s}"/>' for s in styles)
        z.writestr("xl/styles.xml", f"<styleSheet {NAMES}><numFmts>{codes}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>")
        if strings:
            texts = "".join(f"<si><t>{escaped(s)}</t></si>" for s in strings)
            z.writestr("xl/sharedStrings.xml", f"<sst {NAMES}>{texts}</sst>")
        for i in range(1, len(names) + 1):
            z.writestr(f"xl/worksheets/sheet{i}.xml", full if i == len(names) else empty)
    return out.getvalue()
