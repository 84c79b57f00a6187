// exceljs (its streaming reader and writer) and SheetJS.
// node xlsx_peer.mjs exceljs read FILE | exceljs write ROWS FILE | sheetjs read FILE
// `read` prints the records below the heading and the sum of 拟考证人数; ROWS are lines of
// JSON: [sheet, [cells]].
import { createRequire } from 'node:module';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
const require = createRequire(process.env.BENCH_MODULES + '/');

const tools = {
  exceljs: {
    async read(path) {
      const { stream } = require('exceljs');
      let place, count = 0, total = 0;
      for await (const sheet of new stream.xlsx.WorkbookReader(path, { worksheets: 'emit', sharedStrings: 'cache', styles: 'ignore',
        hyperlinks: 'ignore' })) {
        for await (const row of sheet) {
          if (place === undefined) place = row.values.indexOf('拟考证人数');
          else {
            count++;
            total += Number(row.values[place]);
          }
        }
      }
      console.log(count, total);
    },
    async write(rows, path) {
      const { stream } = require('exceljs');
      const book = new stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
      let name, sheet;
      for await (const line of createInterface({ input: createReadStream(rows) })) {
        const [wanted, cells] = JSON.parse(line);
        if (wanted !== name) {
          if (sheet) await sheet.commit();
          [name, sheet] = [wanted, book.addWorksheet(wanted)];
        }
        sheet.addRow(cells).commit();
      }
      await book.commit();
    },
  },
  sheetjs: {
    read(path) {
      const xlsx = require('xlsx');
      const book = xlsx.readFile(path, { dense: true });
      const rows = xlsx.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1 });
      const place = rows[0].indexOf('拟考证人数');
      console.log(rows.length - 1, rows.slice(1).reduce((sum, row) => sum + Number(row[place]), 0));
    },
  },
};
const [tool, action, ...paths] = process.argv.slice(2);
await tools[tool][action](...paths);
