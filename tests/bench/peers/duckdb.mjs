// DuckDB: typed tables from CSV, then the shared work.
// node duckdb.mjs INBOX CHECKS DATABASE [tuned]      DATABASE: a path or :memory:
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const require = createRequire(process.env.BENCH_MODULES + '/');
const { DuckDBInstance } = require('@duckdb/node-api');

const [inbox, checks, database, tuned] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database, tuned ? { threads: '2', preserve_insertion_order: 'false' } : {});
const connection = await instance.connect();

// A table of typed columns from CSV, the first `kept` of them or all; `more` are columns worked out.
const table = (name, pattern, columns, more = '', except = '') => `CREATE TABLE ${name}_row AS
  SELECT *${except ? ` EXCLUDE (${except})` : ''}${more} FROM read_csv('${inbox}/${pattern}', header = true, delim = ',', quote = '"',
    escape = '"', auto_detect = false, nullstr = '', dateformat = '%Y-%m-%d', timestampformat = '%Y-%m-%dT%H:%M:%S',
    columns = {${columns.map(([n, t]) => `'${n}': '${t}'`).join(', ')}});
  CREATE VIEW ${name} AS SELECT rowid AS id, * FROM ${name}_row`;
const text = 'VARCHAR', int = 'INTEGER', big = 'BIGINT', day = 'DATE', instant = 'TIMESTAMP', money = 'DECIMAL(12, 2)';
const load = [
  table('school', '院校名录.csv', [['school_code', big], ['name', text], ['former_name', text], ['kind', text],
    ['affiliation', text], ['unit', int], ['place', int], ['credit_code', text]]),
  table('account', '平台注册.csv', [['account', text], ['school_code', big], ['name', text], ['credit_code', text],
    ['registered', instant]]),
  table('city_review', '初审/*.csv', [['unit', int], ['application_no', text], ['conclusion', text], ['heads', int],
    ['review_date', day], ['opinion', text]]),
  table('performance', '执行情况.csv', [['year', int], ['school_code', big], ['certificate_name', text], ['issuer', text],
    ['level', text], ['trained', int], ['examined', int], ['certified', int], ['settled', text]]),
  table('approval', '既往获批.csv', [['school_code', big], ['certificate_name', text], ['issuer', text], ['year', int],
    ['approved', int], ['carry_over', int]]),
  table('certificate', '证书名录.csv', [['code', text], ['name', text], ['issuer', text], ['release_batch', int],
    ['level', text], ['exam_form', text], ['status', text]]),
  table('fee_ceiling', '考核费用上限.csv', [['exam_form', text], ['level', text], ['ceiling', money], ['year', int], ['basis', text]]),
  table('major', '专业目录.csv', [['catalogue', text], ['level', text], ['code', text], ['name', text], ['old_code', text]]),
  table('complaint', '投诉台账.csv', [['issuer', text], ['kind', text], ['gravity', text], ['day', day]]),
  table('region', '市州.csv', [['code', int], ['name', text], ['alias', text]]),
  table('decision', '审核决定.csv', [['application_no', text], ['rule', text], ['decision', text], ['heads', int],
    ['reason', text], ['reviewer', text], ['day', day], ['digest', text]]),
  table('assessment', '考核记录.csv', [['registration_no', text], ['person', text], ['person_no', text], ['school_code', big],
    ['certificate_name', text], ['issuer', text], ['level', text], ['exam_date', day], ['result', text],
    ['certificate_no', text]], ', CAST(year(exam_date) AS INTEGER) AS year', 'person, person_no'),
  table('application', '试点申报-*.csv', [['application_no', text], ['account', text], ['school_code', big],
    ['school_name', text], ['certificate_name', text], ['issuer', text], ['level', text], ['major_code', text],
    ['major_name', text], ['major_level', text], ['students', int], ['pilots', int], ['declared', int], ['carried', int],
    ['is_new', text], ['fee', money], ['fee_date', day], ['agreed_fee', money], ['paid', int], ['training_fee', money],
    ['graduation', text], ['voluntary', text], ['teachers', int], ['plan', text], ['plan_digest', text], ['pages', int],
    ['agreement', text], ['agreement_digest', text], ['agreement_date', day], ['party', text], ['start_date', day],
    ['department', text], ['head', text], ['contact', text], ['telephone', text], ['mail', text], ['submitted', instant],
    ['remark', text]], ', CAST(submitted AS DATE) AS submitted_day'),
];
const trace = process.env.BENCH_TRACE;
const run = async (statement) => {
  const begun = performance.now();
  await connection.run(statement);
  if (trace) console.error((performance.now() - begun).toFixed(0).padStart(6), statement.trim().slice(0, 90).replace(/\s+/g, ' '));
};
for (const pair of load) for (const statement of pair.split(';')) await run(statement);

const shared = readFileSync(checks, 'utf8').replace(/^-- sqlite\n[^;]*;\n/gm, '').replace(/^--.*\n/gm, '').replace(/ -- .*$/gm, '');
for (const statement of shared.split(/;\n/)) if (statement.trim()) await run(statement);

const rows = (await connection.runAndReadAll('SELECT name, value FROM answer')).getRows();
console.log(JSON.stringify(Object.fromEntries(rows.map(([name, value]) => [name, Number(value)]))));
connection.closeSync();
instance.closeSync();
