"""openpyxl, in its modes for large files.
python3 xlsx_peer.py read FILE           prints the records below the heading and the sum of 拟考证人数
python3 xlsx_peer.py write ROWS FILE     writes lines of JSON: [sheet, [cells]]
python3 xlsx_peer.py dump FILE ROWS      the other way round"""
import datetime
import json
import sys

import openpyxl


def read(path):
    rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    place = next(rows).index('拟考证人数')
    count = total = 0
    for row in rows:
        count += 1
        total += row[place]
    print(count, total)


def write(rows, path):
    book = openpyxl.Workbook(write_only=True)
    name = sheet = None
    with open(rows, encoding='utf-8') as lines:
        for line in lines:
            wanted, cells = json.loads(line)
            if wanted != name:
                name, sheet = wanted, book.create_sheet(wanted)
            sheet.append(cells)
    book.save(path)


def dump(path, rows):
    def plain(cell):
        if isinstance(cell, datetime.datetime):
            return (cell - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
        return cell
    with open(rows, 'w', encoding='utf-8') as lines:
        for sheet in openpyxl.load_workbook(path, read_only=True).worksheets:
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                lines.write(json.dumps([sheet.title, [plain(cell) for cell in row]], ensure_ascii=False) + '\n')


{'read': read, 'write': write, 'dump': dump}[sys.argv[1]](*sys.argv[2:])
