// DuckDB: typed tables from CSV, then the shared checks.
// node duckdb.mjs INBOX CHECKS DATABASE [tuned]      DATABASE: a path or :memory:
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const require = createRequire(process.env.BENCH_MODULES + '/');
const { DuckDBInstance } = require('@duckdb/node-api');

const [inbox, checks, database, tuned] = process.argv.slice(2);
const csv = (pattern) => `read_csv('${inbox}/${pattern}', header = true, delim = ',', quote = '"', escape = '"',
  all_varchar = true)`;
const instance = await DuckDBInstance.create(database, tuned ? { threads: '2', preserve_insertion_order: 'false' } : {});
const connection = await instance.connect();

const load = `
CREATE TABLE school AS SELECT CAST("学校标识码" AS BIGINT) AS school_code, "学校名称" AS name, "曾用名" AS former_name,
  "学校类型" AS kind, "隶属" AS affiliation, CAST("主管市州" AS INTEGER) AS unit, CAST("所在市州" AS INTEGER) AS place,
  "统一社会信用代码" AS credit_code FROM ${csv('院校名录.csv')};
CREATE TABLE account AS SELECT "注册账号" AS account, CAST("学校标识码" AS BIGINT) AS school_code, "学校名称" AS name,
  "统一社会信用代码" AS credit_code, CAST("注册时间" AS TIMESTAMP) AS registered FROM ${csv('平台注册.csv')};
CREATE TABLE city_review AS SELECT CAST("初审单位" AS INTEGER) AS unit, "申报编号" AS application_no,
  "初审结论" AS conclusion, CAST("初审人数" AS INTEGER) AS heads, CAST("初审日期" AS DATE) AS review_date,
  "初审意见" AS opinion FROM ${csv('初审/*.csv')};
CREATE TABLE performance AS SELECT CAST("年度" AS INTEGER) AS year, CAST("学校标识码" AS BIGINT) AS school_code,
  "证书名称" AS certificate_name, "培训评价组织" AS issuer, "等级" AS level, CAST("培训人数" AS INTEGER) AS trained,
  CAST("考核人数" AS INTEGER) AS examined, CAST("取证人数" AS INTEGER) AS certified, "考核费是否结清" AS settled
  FROM ${csv('执行情况.csv')};
CREATE TABLE assessment AS SELECT "报名号" AS registration_no, CAST("学校标识码" AS BIGINT) AS school_code,
  "证书名称" AS certificate_name, "培训评价组织" AS issuer, "等级" AS level, CAST("考核日期" AS DATE) AS exam_date,
  CAST(year(CAST("考核日期" AS DATE)) AS INTEGER) AS year, "结果" AS result, "证书编号" AS certificate_no
  FROM ${csv('考核记录.csv')};
CREATE TABLE application AS SELECT "申报编号" AS application_no, "注册账号" AS account,
  CAST("学校标识码" AS BIGINT) AS school_code, "学校名称" AS school_name, "证书名称" AS certificate_name,
  "培训评价组织" AS issuer, "等级" AS level, "专业代码" AS major_code, "专业名称" AS major_name, "专业层次" AS major_level,
  CAST("在校生数" AS INTEGER) AS students, CAST("参与试点学生数" AS INTEGER) AS pilots,
  CAST("拟考证人数" AS INTEGER) AS declared, CAST("其中沿用2020年计划人数" AS INTEGER) AS carried,
  "是否新增试点" AS is_new, CAST("考核费用标准(元/人)" AS DECIMAL(12, 2)) AS fee,
  CAST("费用确定日期" AS DATE) AS fee_date, CAST("协议约定费用(元/人)" AS DECIMAL(12, 2)) AS agreed_fee,
  CAST("学校承担考核费人数" AS INTEGER) AS paid, CAST("向学生收取培训费(元/人)" AS DECIMAL(12, 2)) AS training_fee,
  "是否作为毕业条件" AS graduation, "学生自愿" AS voluntary, CAST("参训教师数" AS INTEGER) AS teachers,
  "试点工作方案" AS plan, "方案文件摘要" AS plan_digest, CAST("方案页数" AS INTEGER) AS pages, "合作协议" AS agreement,
  "协议文件摘要" AS agreement_digest, CAST("协议签订日期" AS DATE) AS agreement_date, "协议签约方" AS party,
  CAST("试点开始日期" AS DATE) AS start_date, "统筹管理部门" AS department, "负责人" AS head, "联系人" AS contact,
  "联系电话" AS telephone, "电子邮箱" AS mail, CAST("提交时间" AS TIMESTAMP) AS submitted,
  CAST(CAST("提交时间" AS TIMESTAMP) AS DATE) AS submitted_day, "备注" AS remark FROM ${csv('试点申报-*.csv')};`;
for (const statement of load.split(';').filter((s) => s.trim())) await connection.run(statement);

const results = {};
for (const part of readFileSync(checks, 'utf8').split(/^-- (?=(?:R\d\d[a-c]?|schools|certificates)$)/m).slice(1)) {
  const [name, ...sql] = part.split('\n');
  const rows = await (await connection.runAndReadAll(sql.join('\n'))).getRows();
  results[name.trim()] = Number(rows[0][0]);
}
console.log(JSON.stringify(results));
