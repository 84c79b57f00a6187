// polars (nodejs-polars): typed frames from CSV, the shared checks as lazy queries on all
// cores. node polars.mjs INBOX
import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
const require = createRequire(process.env.BENCH_MODULES + '/');
const pl = require('nodejs-polars').default;
const { col, lit } = pl;

const inbox = process.argv[2];
const int = pl.Int64, real = pl.Float64, text = pl.Utf8;
const read = (name, columns) => {
  const dtypes = Object.fromEntries(Object.entries(columns).map(([heading, [, type]]) => [heading, type === 'day' ? text : type]));
  const frame = pl.readCSV(`${inbox}/${name}`, { hasHeader: true, inferSchemaLength: 0, columns: Object.keys(columns),
    dtypes, rechunk: false });
  return frame.lazy().select(Object.entries(columns).map(([heading, [alias, type]]) => (type === 'day'
    ? col(heading).str.strptime(pl.Date, '%Y-%m-%d') : col(heading)).alias(alias))).collectSync();
};
const files = (folder, prefix) => readdirSync(`${inbox}/${folder}`).filter((n) => n.startsWith(prefix)).sort()
  .map((n) => (folder ? `${folder}/${n}` : n));
const all = (names, columns) => pl.concat(names.map((name) => read(name, columns)));

const school = read('院校名录.csv', { 学校标识码: ['school_code', int], 学校名称: ['name', text], 学校类型: ['kind', text],
  隶属: ['affiliation', text], 主管市州: ['unit', int], 统一社会信用代码: ['credit_code', text] });
const account = read('平台注册.csv', { 注册账号: ['account', text], 学校标识码: ['registered_school', int],
  学校名称: ['name', text], 注册时间: ['registered', text] });
const review = all(files('初审', ''), { 初审单位: ['unit', int], 申报编号: ['application_no', text],
  初审结论: ['conclusion', text], 初审人数: ['heads', int], 初审日期: ['review_date', 'day'], 初审意见: ['opinion', text] });
const performance = read('执行情况.csv', { 年度: ['year', int], 学校标识码: ['school_code', int],
  证书名称: ['certificate_name', text], 培训评价组织: ['issuer', text], 等级: ['level', text], 培训人数: ['trained', int],
  考核人数: ['examined', int], 取证人数: ['certified', int], 考核费是否结清: ['settled', text] });
const assessment = read('考核记录.csv', { 报名号: ['registration_no', text], 学校标识码: ['school_code', int],
  证书名称: ['certificate_name', text], 培训评价组织: ['issuer', text], 等级: ['level', text], 考核日期: ['exam_date', 'day'],
  结果: ['result', text], 证书编号: ['certificate_no', text] })
  .lazy().withColumn(col('exam_date').dt.year().cast(int).alias('year')).collectSync();
const application = all(files('', '试点申报'), { 申报编号: ['application_no', text], 注册账号: ['account', text],
  学校标识码: ['school_code', int], 学校名称: ['school_name', text], 证书名称: ['certificate_name', text],
  培训评价组织: ['issuer', text], 等级: ['level', text], 专业代码: ['major_code', text], 专业名称: ['major_name', text],
  专业层次: ['major_level', text], 在校生数: ['students', int], 参与试点学生数: ['pilots', int], 拟考证人数: ['declared', int],
  其中沿用2020年计划人数: ['carried', int], 是否新增试点: ['is_new', text], '考核费用标准(元/人)': ['fee', real],
  费用确定日期: ['fee_date', 'day'], '协议约定费用(元/人)': ['agreed_fee', real], 学校承担考核费人数: ['paid', int],
  '向学生收取培训费(元/人)': ['training_fee', real], 是否作为毕业条件: ['graduation', text], 学生自愿: ['voluntary', text],
  参训教师数: ['teachers', int], 试点工作方案: ['plan', text], 方案文件摘要: ['plan_digest', text], 方案页数: ['pages', int],
  合作协议: ['agreement', text], 协议文件摘要: ['agreement_digest', text], 协议签订日期: ['agreement_date', 'day'],
  协议签约方: ['party', text], 试点开始日期: ['start_date', 'day'], 统筹管理部门: ['department', text], 负责人: ['head', text],
  联系人: ['contact', text], 联系电话: ['telephone', text], 电子邮箱: ['mail', text], 提交时间: ['submitted', text],
  备注: ['remark', text] })
  .lazy().withColumns(col('submitted').str.slice(0, 10).str.strptime(pl.Date, '%Y-%m-%d').alias('submitted_day'))
  .collectSync();

const results = {};
const count = (name, lazy) => { results[name] = lazy.select(pl.len().alias('n')).collectSync().getColumn('n').get(0); };
const a = application.lazy(), x = assessment.lazy();
const where = (name, predicate) => count(name, a.filter(predicate));
const kinds = a.join(school.lazy(), { on: 'school_code' });
count('R03a', kinds.filter(col('kind').eq(lit('技工学校'))));
count('R04a', kinds.filter(col('kind').eq(lit('普通本科'))));
count('R04b', kinds.filter(col('kind').eq(lit('应用型本科'))));
const major = ['school_code', 'major_code', 'major_name', 'major_level'];
const certificate = [...major, 'certificate_name', 'issuer'];
const shares = a.join(a.groupBy(certificate).agg(col('declared').sum().alias('total'), col('students').max().alias('most'),
  col('pilots').max().alias('pilots_most')), { on: certificate });
count('R07a', shares.filter(col('total').gt(col('most')).or(col('pilots').gt(col('most')))));
count('R07b', shares.filter(col('total').mul(lit(100)).gt(col('most').mul(lit(80))).and(col('total').ltEq(col('most')))
  .and(col('pilots_most').ltEq(col('most')))));
where('R08', col('teachers').eq(lit(0)).and(col('pilots').gt(lit(0))));
where('R10', col('voluntary').eq(lit('否')));
where('R11', col('graduation').eq(lit('是')));
where('R12', col('training_fee').gt(lit(0)));
count('R13', a.join(a.groupBy(major).agg(col('paid').sum().alias('total'), col('pilots').max().alias('most'))
  .filter(col('total').lt(col('most'))), { on: major }));
where('R14', col('fee_date').gt(col('submitted_day')));
const repeated = (lazy, keys) => lazy.groupBy(keys).agg(pl.len().alias('times')).filter(col('times').gt(lit(1)));
count('R17', x.filter(col('certificate_no').isNotNull())
  .join(repeated(x.filter(col('certificate_no').isNotNull()), ['certificate_no']), { on: 'certificate_no' }));
const group = ['school_code', 'certificate_name', 'level', 'year'];
count('R18', x.groupBy(group).agg(pl.len().alias('times')).join(performance.lazy(), { on: group, how: 'anti' }));
where('R20', col('agreement_date').isNull().or(col('agreement_date').gt(col('submitted_day')))
  .or(col('start_date').lt(col('agreement_date'))));
count('R24', a.join(account.lazy(), { on: 'account', how: 'left' })
  .filter(col('registered_school').isNull().or(col('registered_school').neq(col('school_code')))));
const latest = review.lazy().sort('review_date').groupBy('application_no').agg(col('conclusion').last().alias('conclusion'));
count('R27a', kinds.filter(col('kind').eq(lit('中职')).and(col('affiliation').eq(lit('市州属'))))
  .join(latest, { on: 'application_no', how: 'left' })
  .filter(col('conclusion').isNull().or(col('conclusion').eq(lit('退回')))));
where('R33a', col('submitted').gtEq(lit('2021-05-26T00:00:00')));
where('R33b', col('submitted').gtEq(lit('2021-05-25T00:00:00')).and(col('submitted').lt(lit('2021-05-26T00:00:00')))
  .or(col('submitted').lt(lit('2021-05-14T00:00:00'))));
where('R41', col('declared').eq(lit(0)));
const unit = [...certificate, 'level'];
count('R43a', a.join(repeated(a, unit), { on: unit }));
count('R44', a.join(repeated(a, ['application_no']), { on: 'application_no' }));
const counted = x.filter(col('result').neq(lit('缺考'))).groupBy(group).agg(
  col('registration_no').nUnique().alias('examined_recorded'),
  col('registration_no').filter(col('result').eq(lit('通过'))).nUnique().alias('certified_recorded'));
count('R48', performance.lazy().join(counted, { on: group, how: 'left' })
  .filter(col('examined').neq(col('examined_recorded').fillNull(lit(0)))
    .or(col('certified').neq(col('certified_recorded').fillNull(lit(0))))));
count('R49', x.join(repeated(x, ['registration_no']), { on: 'registration_no', how: 'left' })
  .filter(col('times').isNotNull().or(col('result').eq(lit('通过')).and(col('certificate_no').isNull()))
    .or(col('result').neq(lit('通过')).and(col('certificate_no').isNotNull()))
    .or(col('exam_date').gt(lit('2021-05-31').str.strptime(pl.Date, '%Y-%m-%d')))));
const sum = (name, lazy) => { results[name] = Number(lazy.collectSync().getColumn('n').get(0)); };
sum('schools', a.groupBy('school_code').agg(pl.len().cast(int).alias('applications'), col('declared').sum().alias('declared'))
  .select(col('applications').mul(col('school_code').modulo(lit(1009)).plus(lit(1)))
    .plus(col('declared').mul(col('school_code').modulo(lit(2003)).plus(lit(1)))).sum().alias('n')));
sum('certificates', a.groupBy(['certificate_name', 'level']).agg(col('school_code').nUnique().cast(int).alias('schools'),
  col('declared').sum().alias('declared'))
  .select(col('declared').cast(real).mul(col('schools').cast(real)) // the counts are 32 bits wide and would wrap
    .plus(col('schools').cast(real).mul(col('schools').cast(real))).sum().alias('n')));
console.log(JSON.stringify(results));
