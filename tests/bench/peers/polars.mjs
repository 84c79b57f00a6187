// polars (nodejs-polars): typed frames from CSV, then the shared work (checks.sql says it in
// SQL, with what is left out and why): the findings of all rules as lazy queries, collected
// in one go on all cores. node polars.mjs INBOX
import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
const require = createRequire(process.env.BENCH_MODULES + '/');
const pl = require('nodejs-polars').default;
const { col, lit } = pl;

const inbox = process.argv[2];
const int = pl.Int64, real = pl.Float64, text = pl.Utf8;
const trace = process.env.BENCH_TRACE;
let begun = performance.now();
const mark = (what) => {
  if (trace) console.error((performance.now() - begun).toFixed(0).padStart(6), what);
  begun = performance.now();
};

// ---- the tables, each with an id

const day = (expression) => expression.str.strptime(pl.Date, '%Y-%m-%d');
const read = (name, columns) => {
  const dtypes = Object.fromEntries(Object.entries(columns).map(([heading, [, type]]) => [heading, type === 'day' ? text : type]));
  const frame = pl.readCSV(`${inbox}/${name}`, { hasHeader: true, inferSchemaLength: 0, columns: Object.keys(columns),
    dtypes, rechunk: false });
  return frame.lazy().select(...Object.entries(columns).map(([heading, [alias, type]]) =>
    (type === 'day' ? day(col(heading)) : col(heading)).alias(alias))).collectSync();
};
const files = (folder, prefix) => readdirSync(`${inbox}/${folder}`).filter((n) => n.startsWith(prefix)).sort()
  .map((n) => (folder ? `${folder}/${n}` : n));
const all = (names, columns) => pl.concat(names.map((name) => read(name, columns)));
const kept = (lazy) => lazy.collectSync().lazy();
const numbered = (frame) => kept(frame.lazy().withRowIndex('id').withColumn(col('id').cast(int)));

const school = read('院校名录.csv', { 学校标识码: ['school_code', int], 学校名称: ['name', text], 曾用名: ['former_name', text],
  学校类型: ['kind', text], 隶属: ['affiliation', text], 主管市州: ['unit', int], 所在市州: ['place', int],
  统一社会信用代码: ['credit_code', text] }).lazy();
const account = numbered(read('平台注册.csv', { 注册账号: ['account', text], 学校标识码: ['school_code', int],
  学校名称: ['name', text], 统一社会信用代码: ['credit_code', text], 注册时间: ['registered', text] }));
const cityReview = numbered(all(files('初审', ''), { 初审单位: ['unit', int], 申报编号: ['application_no', text],
  初审结论: ['conclusion', text], 初审人数: ['heads', int], 初审日期: ['review_date', 'day'], 初审意见: ['opinion', text] }));
const performanceRow = numbered(read('执行情况.csv', { 年度: ['year', int], 学校标识码: ['school_code', int],
  证书名称: ['certificate_name', text], 培训评价组织: ['issuer', text], 等级: ['level', text], 培训人数: ['trained', int],
  考核人数: ['examined', int], 取证人数: ['certified', int], 考核费是否结清: ['settled', text] }));
const approval = numbered(read('既往获批.csv', { 学校标识码: ['school_code', int], 证书名称: ['certificate_name', text],
  培训评价组织: ['issuer', text], 年度: ['year', int], 获批人数: ['approved', int], 申请沿用人数: ['carry_over', int] }));
const certificate = read('证书名录.csv', { 证书代码: ['code', text], 证书名称: ['name', text], 培训评价组织: ['issuer', text],
  公布批次: ['release_batch', int], 等级: ['level', text], 考核形式: ['exam_form', text], 状态: ['status', text] }).lazy();
const ceiling = read('考核费用上限.csv', { 考核形式: ['exam_form', text], 等级: ['level', text], '上限(元/人)': ['ceiling', real],
  适用年度: ['ceiling_year', int] }).lazy();
const major = read('专业目录.csv', { 目录版本: ['catalogue', text], 层次: ['major_level', text], 专业代码: ['code', text],
  专业名称: ['name', text], 对应旧专业代码: ['old_code', text] }).lazy();
const complaint = read('投诉台账.csv', { 培训评价组织: ['issuer', text], 类型: ['kind', text], 情节: ['gravity', text],
  日期: ['date', 'day'] }).lazy();
const region = read('市州.csv', { 行政区划码: ['unit', int], 市州名称: ['name', text], 别名: ['alias', text] }).lazy();
read('审核决定.csv', { 申报编号: ['application_no', text], 规则编号: ['rule', text], 决定: ['decision', text] });
const assessment = kept(numbered(read('考核记录.csv', { 报名号: ['registration_no', text], 学校标识码: ['school_code', int],
  证书名称: ['certificate_name', text], 培训评价组织: ['issuer', text], 等级: ['level', text], 考核日期: ['exam_date', 'day'],
  结果: ['result', text], 证书编号: ['certificate_no', text] }))
  .withColumn(col('exam_date').dt.year().cast(int).alias('year')));
mark('assessment and the small ones read');
const application = kept(numbered(all(files('', '试点申报'), { 申报编号: ['application_no', text], 注册账号: ['account', text],
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
  备注: ['remark', text] }))
  .withColumn(day(col('submitted').str.slice(0, 10)).alias('submitted_day')));
mark('application read');

// ---- names folded and resolved

const is = (column, value) => col(column).eq(lit(value));
const one = (predicate) => predicate.cast(int).sum();
const distinct = (lazy, ...columns) => lazy.select(...columns).unique({ subset: columns });

const attemptGroup = kept(assessment.groupBy(['school_code', 'certificate_name', 'level', 'year']).agg(
  col('id').min().alias('first_id'), one(col('result').neq(lit('缺考'))).alias('examined'), one(is('result', '通过')).alias('passed')));
const wording = kept(distinct(application, 'certificate_name', 'issuer', 'party', 'school_code', 'school_name', 'department', 'head',
  'plan', 'agreement'));
const majorWording = kept(distinct(application, 'major_code', 'major_name', 'major_level'));
const names = [[wording, 'certificate_name', 'issuer', 'party', 'school_name', 'department', 'head'], [majorWording, 'major_name'],
  [major, 'name'], [certificate, 'name', 'issuer'], [approval, 'certificate_name'], [performanceRow, 'certificate_name'],
  [attemptGroup, 'certificate_name'], [complaint, 'issuer'], [school, 'name', 'former_name'], [account, 'name']]
  .flatMap(([lazy, ...columns]) => columns.map((c) => distinct(lazy.select(col(c).alias('text')), 'text')));
const term = kept(pl.concat(names).filter(col('text').isNotNull()).unique({ subset: ['text'] })
  .withColumn(col('text').str.replaceAll('[（）() 　]', '').str.replaceAll('／', '/').str.replaceAll('－', '-').str.toLowerCase()
    .str.replaceAll('(.)职业技能等级证书$', '$1').str.replaceAll('^建筑信息模型bim$', '建筑信息模型').alias('folded'))
  .withColumn(col('folded').rank('dense').cast(int).alias('number')));
const fold = (lazy, column, as) => lazy.join(term.select(col('text').alias(column), col('number').alias(as)), { on: column });
const foldOrNull = (lazy, column, as) => lazy.join(term.select(col('text').alias(column), col('number').alias(as)),
  { on: column, how: 'left' });
const textsLike = (predicate, column) => term.filter(predicate).select(col('text').alias(column));

const listed = kept(fold(fold(certificate, 'name', 'unit'), 'issuer', 'issuer_name')
  .withColumns(col('code').rank('dense').cast(int).alias('certificate'), is('status', '停用').fillNull(lit(false)).cast(int).alias('stopped')));
const listedCertificate = kept(listed.groupBy(['certificate', 'unit', 'issuer_name']).agg(
  col('release_batch').min().alias('release_batch'), col('stopped').min().alias('ended')));
const certificateRef = kept(fold(fold(distinct(wording, 'certificate_name', 'issuer'), 'certificate_name', 'unit'), 'issuer', 'issuer_name')
  .join(listedCertificate.select('unit', 'issuer_name', 'certificate'), { on: ['unit', 'issuer_name'], how: 'left' })
  .withColumn(pl.when(col('certificate').isNull()).then(lit(0).minus(col('unit'))).otherwise(col('certificate')).alias('stands_for')));
const base = (column) => col(column).str.replaceAll('[KT]+$', '');
const catalogue = fold(major.filter(is('catalogue', '2020旧目录')), 'name', 'major_term')
  .select(base('code').alias('base'), 'major_term', 'major_level', lit(0).alias('found')).unique({ subset: ['base', 'major_term', 'major_level'] });
const majorKey = ['base', 'major_term', 'major_level'];
const majorNamed = kept(fold(majorWording, 'major_name', 'major_term').withColumn(base('major_code').alias('base')));
const majorRef = kept(majorNamed
  .join(kept(distinct(majorNamed, ...majorKey).withRowIndex('major')), { on: majorKey })
  .join(catalogue, { on: majorKey, how: 'left' })
  .select('major_code', 'major_name', 'major_level', col('major').cast(int).alias('major'), col('found').isNull().alias('stranger')));

const item = kept(application
  .join(certificateRef, { on: ['certificate_name', 'issuer'] })
  .join(majorRef, { on: ['major_code', 'major_name', 'major_level'] })
  .select('id', 'application_no', 'account', 'school_code', 'unit', 'issuer_name', 'certificate', 'stands_for', 'level', 'major',
    'stranger', 'major_level', 'students', 'pilots', 'declared', 'carried', 'is_new', 'fee', 'agreed_fee', 'fee_date', 'paid',
    'training_fee', 'teachers', 'agreement_date', 'start_date', 'submitted', 'submitted_day', 'plan_digest', 'party'));
const path = kept(school.select('school_code', 'kind', 'name', col('unit').alias('path_unit'),
  pl.when(is('kind', '中职').and(is('affiliation', '市州属'))).then(lit('city')).when(is('kind', '中职')).then(lit('direct'))
    .otherwise(lit('province')).alias('path')));
const repeated = (lazy, keys) => lazy.groupBy(keys).agg(pl.len().alias('times')).filter(col('times').gt(lit(1))).select(...keys);
const ambiguous = kept(repeated(application, ['application_no']));

const review = kept(cityReview.select('id', 'application_no', col('unit').alias('reviewing_unit'), 'conclusion', 'heads', 'review_date')
  .join(ambiguous, { on: 'application_no', how: 'anti' })
  .join(item.select('application_no', col('id').alias('application'), 'school_code', 'declared', 'submitted_day'), { on: 'application_no' })
  .join(path, { on: 'school_code', how: 'left' })
  .withColumn(pl.when(col('heads').isNull()).then(col('declared')).otherwise(col('heads')).alias('heads'))
  .sort(['review_date', 'id']));
const latest = kept(review.unique({ subset: ['application'], keep: 'last' }));
const latestOfUnit = kept(review.filter(is('path', 'city').and(col('reviewing_unit').eq(col('path_unit'))))
  .unique({ subset: ['application'], keep: 'last' }));
mark('names and items');

const twin = kept(fold(assessment.filter(col('registration_no').isDuplicated()), 'certificate_name', 'unit'));
const numberedAttempt = assessment.filter(col('certificate_no').isNotNull()).select('id', 'certificate_no', 'registration_no');
const holder = kept(numberedAttempt.filter(col('certificate_no').isDuplicated()));
const group = ['school_code', 'unit', 'level', 'year'];
const again = twin.groupBy(group).agg(
  col('registration_no').filter(col('result').neq(lit('缺考'))).nUnique().cast(int).minus(one(col('result').neq(lit('缺考')))).alias('examined'),
  col('registration_no').filter(is('result', '通过')).nUnique().cast(int).minus(one(is('result', '通过'))).alias('passed'));
const recorded = kept(pl.concat([
  fold(attemptGroup, 'certificate_name', 'unit').select(...group, 'first_id', 'examined', 'passed'),
  again.select(...group, lit(null).cast(int).alias('first_id'), 'examined', 'passed')])
  .groupBy(group).agg(col('first_id').min().alias('first_id'), col('examined').sum().alias('examined'), col('passed').sum().alias('passed')));
mark('attempts');

// ---- findings

const findings = [];
const nothing = lit(null).cast(text).alias('application_no');
const fires = (rule, dataset, lazy, subject = 'id', carries = dataset !== 'assessment') => findings.push(lazy.select(
  (typeof rule === 'string' ? lit(rule) : rule).alias('rule'), lit(dataset).alias('dataset'), col(subject).cast(int).alias('subject'),
  carries ? col('application_no') : nothing));
const either = (predicate, a, b) => pl.when(predicate).then(lit(a)).otherwise(lit(b));
const of = (rule, predicate, from = item) => fires(rule, 'application', from.filter(predicate));
const date = (written) => day(lit(written));

const levels = listed.groupBy(['certificate', 'level']).agg(col('stopped').min().alias('level_stopped'));
const certified = item.select('id', 'application_no', 'certificate', 'level')
  .join(listedCertificate.select('certificate', 'ended', 'release_batch'), { on: 'certificate', how: 'left' })
  .join(levels, { on: ['certificate', 'level'], how: 'left' });
of('R01', col('certificate').isNull().or(is('ended', 1)).or(is('level_stopped', 1)), certified);
of('R02', col('certificate').isNotNull().and(col('level_stopped').isNull()), certified);
const placed = application.select('id', 'application_no', 'school_code', 'school_name').join(path, { on: 'school_code' });
const sign = col('folded').str.contains('技工|技师');
fires('R03a', 'application', placed.filter(is('kind', '技工学校')));
fires('R03b', 'application', placed.filter(col('kind').neq(lit('技工学校')))
  .join(textsLike(sign, 'school_name').withColumn(lit(1).alias('declared_sign')), { on: 'school_name', how: 'left' })
  .join(textsLike(sign, 'name').withColumn(lit(1).alias('registered_sign')), { on: 'name', how: 'left' })
  .filter(col('declared_sign').isNotNull().or(col('registered_sign').isNotNull())));
of('R04a', is('kind', '普通本科'), placed);
of('R04b', is('kind', '应用型本科'), placed);
const placeholders = term.filter(col('folded').isIn(['无', '/', '-', '待定'])).collectSync().getColumn('text').toArray();
of('R05', col('department').isIn(placeholders).or(col('head').isIn(placeholders)), application);
fires('R06', 'city_review', review.filter(col('reviewing_unit').neq(col('path_unit'))));
const crowdKey = ['school_code', 'major', 'stands_for'];
fires(either(col('total').gt(col('most')).or(col('pilots').gt(col('most'))), 'R07a', 'R07b'), 'application',
  item.select('id', 'application_no', ...crowdKey, 'pilots').join(item.groupBy(crowdKey)
    .agg(col('declared').sum().alias('total'), col('students').max().alias('most'), col('pilots').max().alias('most_pilots'))
    .filter(col('total').mul(lit(100)).gt(col('most').mul(lit(80))).or(col('most_pilots').gt(col('most')))), { on: crowdKey })
    .filter(col('total').mul(lit(100)).gt(col('most').mul(lit(80))).or(col('pilots').gt(col('most')))));
of('R08', is('teachers', 0).and(col('pilots').gt(lit(0))));
fires('R09', 'batch', item.select('school_code').join(path, { on: 'school_code', how: 'left' }).select(
  one(col('kind').isIn(['高职高专', '职业本科', '中职']).fillNull(lit(false))).mul(lit(10000)).div(pl.len()).alias('id')), 'id', false);
of('R10', is('voluntary', '否'), application);
of('R11', is('graduation', '是'), application);
of('R12', col('training_fee').gt(lit(0)));
of('R12x', col('training_fee').isNull());
fires('R13', 'application', item.select('id', 'application_no', 'school_code', 'major').join(item.groupBy(['school_code', 'major'])
  .agg(col('paid').sum().alias('total'), col('pilots').max().alias('most')).filter(col('total').lt(col('most'))),
  { on: ['school_code', 'major'], how: 'semi' }));
of('R14', col('fee_date').gt(col('submitted_day')));
const rate = listed.join(ceiling.filter(col('ceiling_year').isNull().or(is('ceiling_year', 2021))), { on: ['exam_form', 'level'], how: 'left' })
  .groupBy(['certificate', 'level']).agg(col('ceiling').min().alias('ceiling'));
const rated = item.select('id', 'application_no', 'certificate', 'level', 'fee').join(rate, { on: ['certificate', 'level'] });
of('R15', col('fee').gt(col('ceiling')), rated);
of('R15x', col('ceiling').isNull(), rated);
const owed = performanceRow.filter(col('year').lt(lit(2021)).and(col('examined').gt(lit(0))).and(is('settled', '否')));
fires('R16', 'application', item.join(owed, { on: 'school_code', how: 'semi' }));
fires('R16', 'performance', owed.join(item, { on: 'school_code', how: 'anti' }), 'id', false);
fires('R17', 'assessment', holder.join(holder.groupBy('certificate_no').agg(col('registration_no').nUnique().alias('people'))
  .filter(col('people').gt(lit(1))), { on: 'certificate_no', how: 'semi' }));
const performed = kept(fold(performanceRow, 'certificate_name', 'unit'));
fires('R18', 'assessment', recorded.join(performed, { on: group, how: 'anti' }), 'first_id');
const plan = kept(item.select('id', 'application_no', 'plan_digest', 'school_code', 'certificate').join(
  application.filter(col('plan_digest').isNotNull()).groupBy('plan_digest').agg(
    col('school_code').min().neq(col('school_code').max()).alias('schools'),
    col('certificate_name').min().neq(col('certificate_name').max()).alias('certificates'))
    .filter(col('schools').or(col('certificates'))), { on: 'plan_digest' }));
fires('R19a', 'application', plan.filter(col('certificate').isNotNull()).join(plan.groupBy(['plan_digest', 'school_code'])
  .agg(col('certificate').min().neq(col('certificate').max()).alias('mixed')).filter(col('mixed')),
  { on: ['plan_digest', 'school_code'], how: 'semi' }));
of('R19b', col('schools'), plan);
of('R19x', col('plan_digest').isNull());
of('R20', col('agreement_date').isNull().or(col('agreement_date').gt(col('submitted_day')))
  .or(col('start_date').lt(col('agreement_date'))));
of('R21', col('certificate').isNotNull().and(col('party_name').neq(col('issuer_name'))), foldOrNull(item, 'party', 'party_name'));
of('R21x', col('certificate').isNotNull().and(col('party').isNull()));
const worst = fold(complaint.filter(col('date').ltEq(date('2021-05-31'))), 'issuer', 'issuer_name').groupBy('issuer_name')
  .agg(is('gravity', '恶劣').cast(int).max().alias('grave'));
fires(either(is('grave', 1), 'R23a', 'R23b'), 'application', item.join(worst, { on: 'issuer_name' }));
fires('R24', 'application', item.join(account, { on: ['account', 'school_code'], how: 'anti' }));
fires('R26', 'city_review', review.filter(col('kind').isIn(['高职高专', '职业本科', '应用型本科', '普通本科'])));
const city = item.select('id', 'application_no', 'school_code').join(path.filter(is('path', 'city')), { on: 'school_code', how: 'semi' })
  .join(latest.select(col('application').alias('id'), 'conclusion', 'heads', 'declared'), { on: 'id', how: 'left' });
of('R27a', col('conclusion').isNull().or(is('conclusion', '退回')), city);
of('R27b', is('conclusion', '不同意'), city);
of('R27c', col('heads').gt(col('declared')), city);
fires('R28', 'city_review', review.filter(is('path', 'direct')));
fires('R29', 'city_review', pl.concat([
  cityReview.join(region, { on: 'unit', how: 'anti' }).select('id', 'application_no'),
  cityReview.join(region, { on: 'unit', how: 'semi' }).join(item, { on: 'application_no', how: 'anti' }).select('id', 'application_no')]));
const noFiles = distinct(pl.concat([wording.select(col('plan').alias('text')), wording.select(col('agreement').alias('text'))]), 'text')
  .filter(col('text').str.contains('^[ 　()（）\\[\\]【】]*(无|/|／|-|－|待 *定)[ 　()（）\\[\\]【】]*$')).collectSync().getColumn('text').toArray();
of('R30', col('plan').isIn(noFiles).or(col('agreement').isIn(noFiles)).or(is('pages', 0)).or(col('plan_digest').eq(col('agreement_digest'))), application);
of('R30x', col('plan_digest').isNull().or(col('pages').isNull()).or(col('agreement_digest').isNull()), application);
const folded = foldOrNull(account, 'name', 'called');
const sharedBy = (rule, key, value) => folded.filter(col(key).isNotNull()).join(folded.groupBy(key).agg(
  col(value).min().neq(col(value).max()).alias('several')).filter(col('several')), { on: key, how: 'semi' })
  .select('id', 'school_code', lit(rule).alias('shared_rule'));
const shared = kept(pl.concat([sharedBy('R31a', 'school_code', 'account'), sharedBy('R31b', 'credit_code', 'school_code'),
  sharedBy('R31b', 'called', 'school_code')]).unique({ subset: ['id', 'school_code', 'shared_rule'] }));
fires(col('shared_rule'), 'application', item.select('id', 'application_no', 'school_code')
  .join(distinct(shared, 'school_code', 'shared_rule'), { on: 'school_code' }));
fires(col('shared_rule'), 'account', shared.join(item, { on: 'school_code', how: 'anti' }), 'id', false);
of('R33a', col('submitted').gtEq(lit('2021-05-26T00:00:00')));
of('R33b', col('submitted').gtEq(lit('2021-05-25T00:00:00')).and(col('submitted').lt(lit('2021-05-26T00:00:00')))
  .or(col('submitted').lt(lit('2021-05-14T00:00:00'))));
fires('R34a', 'city_review', cityReview.filter(col('review_date').gt(date('2021-05-27'))));
fires('R34b', 'city_review', review.filter(col('review_date').lt(col('submitted_day'))));
fires('R36', 'application', item.select('id', 'application_no', 'school_code', 'stranger', 'major_level')
  .join(path, { on: 'school_code', how: 'left' }).filter(col('stranger')
    .or(col('kind').isIn(['中职', '技工学校']).and(col('major_level').neq(lit('中职'))))
    .or(col('kind').isIn(['高职高专', '职业本科']).and(col('major_level').isIn(['高职专科', '高职本科']).not()))
    .or(col('kind').isIn(['应用型本科', '普通本科']).and(is('major_level', '中职')))));
fires('R37', 'batch', certified.select(one(col('release_batch').gtEq(lit(3)).fillNull(lit(false))).mul(lit(10000)).div(pl.len()).alias('id')), 'id', false);
const approved = kept(fold(approval, 'certificate_name', 'unit'));
const known = distinct(approved.filter(col('year').lt(lit(2021))), 'school_code', 'unit').withColumn(lit(1).alias('known'));
const unitOf = item.select('id', 'application_no', 'school_code', 'unit', 'certificate', 'is_new').filter(col('certificate').isNotNull())
  .join(listedCertificate.select('certificate', 'release_batch'), { on: 'certificate' })
  .join(known, { on: ['school_code', 'unit'], how: 'left' });
of('R38a', col('release_batch').ltEq(lit(2)).and(col('known').isNull()), unitOf);
of('R38b', is('is_new', '是').and(col('known').isNotNull()).or(is('is_new', '否').and(col('known').isNull())), unitOf);
fires('R39', 'approval', approved.filter(col('year').lt(lit(2021))).join(item, { on: ['school_code', 'unit'], how: 'anti' })
  .groupBy(['school_code', 'unit']).agg(col('id').max().alias('id')), 'id', false);
const unit = ['school_code', 'unit'];
const carrying = kept(pl.concat([
  approved.filter(is('year', 2020)).select(...unit, col('carry_over').fillNull(lit(0)).alias('asked'), lit(0).cast(int).alias('stating'),
    lit(0).cast(int).alias('sum')),
  item.filter(col('carried').isNotNull()).select(...unit, lit(0).cast(int).alias('asked'), lit(1).cast(int).alias('stating'),
    col('carried').alias('sum'))])
  .groupBy(unit).agg(col('asked').sum().alias('asked'), col('stating').sum().alias('stating'), col('sum').sum().alias('sum')));
const carried = item.select('id', 'application_no', ...unit, 'carried', 'declared').join(carrying, { on: unit, how: 'left' });
of('R40a', is('stating', 0).and(col('asked').gt(lit(0))).or(col('carried').gt(col('declared'))), carried);
of('R40b', col('stating').gt(lit(0)).and(col('sum').neq(col('asked'))), carried);
of('R40c', col('carried').eq(col('declared')).and(col('carried').gt(lit(0))), carried);
of('R41', is('declared', 0));
const whole = ['school_code', 'stands_for', 'level', 'major'];
fires('R43a', 'application', item.join(repeated(item, whole), { on: whole, how: 'semi' }));
fires('R44', 'application', item.join(ambiguous, { on: 'application_no', how: 'semi' }));
const local = '[A-Za-z0-9!#$%&\'*+/=?^_`{|}~-]+';
of('R45', col('telephone').str.contains('^(\\+?86-?)?(1[3-9][0-9]{9}|(0[12][0-9]-?[2-9][0-9]{7}|0[3-9][0-9][0-9]-?[2-9][0-9]{6,7})(-[0-9]{1,6})?)$').not()
  .or(col('mail').str.contains(`^${local}(\\.${local})*@[A-Za-z0-9][A-Za-z0-9.-]*\\.[A-Za-z]{2,}$`).not()), application);
of('R46a', col('agreed_fee').neq(col('fee')));
of('R46x', col('agreed_fee').isNull());
const price = kept(item.groupBy(['stands_for', 'level', 'fee']).agg(pl.len().alias('same')));
const usual = price.join(price.groupBy(['stands_for', 'level']).agg(col('same').max().alias('most'), pl.len().alias('prices')),
  { on: ['stands_for', 'level'] }).filter(col('same').eq(col('most')).and(col('prices').gt(lit(1))))
  .groupBy(['stands_for', 'level']).agg(col('fee').min().alias('usual'), pl.len().alias('tied')).filter(is('tied', 1));
fires('R46b', 'application', item.select('id', 'application_no', 'stands_for', 'level', 'fee').join(usual, { on: ['stands_for', 'level'] })
  .filter(col('fee').neq(col('usual'))));
const rightly = fold(fold(distinct(wording, 'school_code', 'school_name').join(school.select('school_code', 'name'), { on: 'school_code' }),
  'school_name', 'declared_as'), 'name', 'registered_as').filter(col('declared_as').eq(col('registered_as')));
fires('R47', 'application', application.join(rightly, { on: ['school_code', 'school_name'], how: 'anti' }));
fires('R48', 'performance', performed.join(recorded.select(...group, col('examined').alias('tried'), 'passed'), { on: group, how: 'left' })
  .filter(col('examined').neq(col('tried').fillNull(lit(0))).or(col('certified').neq(col('passed').fillNull(lit(0))))), 'id', false);
const broken = twin.groupBy('registration_no').agg(col('school_code').nUnique().alias('a'), col('unit').nUnique().alias('b'),
  col('issuer').nUnique().alias('c'), col('level').nUnique().alias('d'), col('exam_date').nUnique().lt(pl.len()).alias('e'),
  col('exam_date').filter(is('result', '通过')).min().lt(col('exam_date').max()).alias('f'))
  .filter(col('a').gt(lit(1)).or(col('b').gt(lit(1))).or(col('c').gt(lit(1))).or(col('d').gt(lit(1))).or(col('e')).or(col('f')));
const odd = kept(pl.concat([
  assessment.filter(is('result', '通过').eq(col('certificate_no').isNull()).or(col('exam_date').gt(date('2021-05-31')))).select('id'),
  twin.join(broken, { on: 'registration_no', how: 'semi' }).select('id')]).unique({ subset: ['id'] }));
fires('R49', 'assessment', odd);
const finding = pl.concat(findings).collectSync();
mark('findings');

// ---- outcomes and counts

const reject = ['R03a', 'R27b'];
const back = ['R01', 'R02', 'R05', 'R07a', 'R10', 'R11', 'R12', 'R13', 'R14', 'R19a', 'R20', 'R24', 'R27a', 'R30', 'R31a', 'R33a',
  'R36', 'R40a', 'R41', 'R43a', 'R44', 'R47'];
const look = ['R03b', 'R04a', 'R06', 'R07b', 'R15', 'R16', 'R19b', 'R21', 'R23a', 'R26', 'R27c', 'R29', 'R31b', 'R33b', 'R34b', 'R38a',
  'R38b', 'R40b', 'R46a'];
const severity = pl.DataFrame({ rule: [...reject, ...back, ...look],
  weight: [...reject.map(() => 3), ...back.map(() => 2), ...look.map(() => 1)] }).lazy();
const standing = finding.lazy().filter(col('application_no').isNotNull()).join(severity, { on: 'rule' })
  .groupBy('application_no').agg(col('weight').max().cast(int).alias('worst'));
const outcome = kept(item.select('id', 'application_no', 'school_code', 'stands_for', 'certificate', 'level', 'major', 'declared')
  .join(standing, { on: 'application_no', how: 'left' })
  .join(path.select('school_code', 'kind', 'path', 'path_unit'), { on: 'school_code', how: 'left' })
  .join(latestOfUnit.select(col('application').alias('id'), 'conclusion', 'heads'), { on: 'id', how: 'left' })
  .join(listedCertificate.select('certificate', 'release_batch'), { on: 'certificate', how: 'left' })
  .withColumns(pl.when(is('worst', 3)).then(lit('不符合')).when(is('worst', 2)).then(lit('退回')).when(is('worst', 1)).then(lit('待研判'))
    .otherwise(lit('建议通过')).alias('outcome'),
  pl.when(is('conclusion', '同意')).then(col('heads')).otherwise(lit(0)).alias('first_review'),
  col('release_batch').fillNull(lit(0)),
  pl.when(is('path', 'city')).then(col('path_unit')).when(col('path').isNull()).then(lit(-1)).otherwise(lit(0)).alias('reviewing_unit')));
const tally = [pl.len().cast(real).alias('applications'), ...[['recommended', '建议通过'], ['returned', '退回'], ['rejected', '不符合'],
  ['under_review', '待研判']].map(([name, verdict]) => one(is('outcome', verdict)).cast(real).alias(name)),
col('declared').sum().cast(real).alias('declared'), col('first_review').sum().cast(real).alias('first_review')];
const several = (column, as) => col(column).nUnique().cast(real).alias(as);
const sums = ['applications', 'recommended', 'returned', 'rejected', 'under_review', 'declared', 'first_review'].map((c) => col(c).sum().alias(c));
const schoolCount = kept(outcome.groupBy(['school_code', 'kind', 'reviewing_unit']).agg(...tally, several('stands_for', 'certificates')));
const certificateCount = kept(outcome.groupBy(['stands_for', 'level', 'release_batch']).agg(...tally, several('school_code', 'schools')));
const majorCount = kept(outcome.groupBy('major').agg(...tally, several('school_code', 'schools')));
const regionCount = kept(schoolCount.groupBy('reviewing_unit').agg(pl.len().cast(real).alias('schools'), ...sums)
  .join(outcome.groupBy('reviewing_unit').agg(several('stands_for', 'certificates')), { on: 'reviewing_unit' }));
const kindCount = kept(schoolCount.groupBy('kind').agg(pl.len().cast(real).alias('schools'), ...sums));
const releaseCount = kept(certificateCount.groupBy('release_batch').agg(...sums)
  .join(outcome.groupBy('release_batch').agg(several('school_code', 'schools')), { on: 'release_batch' }));
mark('outcomes and counts');

// ---- allocation: the scenario `base`, provisional, in units of 100 yuan

const before = (lazy, column, as) => lazy.filter(col('year').lt(lit(2021))).groupBy('school_code').agg(col(column).sum().alias(as));
const measure = kept(outcome.filter(is('outcome', '建议通过').and(col('kind').isIn(['高职高专', '职业本科', '中职'])))
  .groupBy('school_code').agg(col('declared').sum().alias('scale'), col('declared').mul(
    pl.when(is('level', '初级')).then(lit(100)).when(is('level', '中级')).then(lit(120)).otherwise(lit(150))).sum().alias('level'))
  .join(before(performanceRow, 'trained', 'training'), { on: 'school_code', how: 'left' })
  .join(before(recorded, 'examined', 'examination'), { on: 'school_code', how: 'left' })
  .join(before(approval, 'approved', 'granted'), { on: 'school_code', how: 'left' })
  .withColumns(col('training').fillNull(lit(0)), col('examination').fillNull(lit(0)), col('granted').fillNull(lit(0)))
  .withColumn(pl.when(is('granted', 0)).then(lit(500000)).when(col('examination').gtEq(col('granted'))).then(lit(1000000))
    .otherwise(col('examination').mul(lit(1000000)).div(col('granted')).floor()).cast(int).alias('progress')));
const allocation = pl.concat([['scale', 25000], ['level', 15000], ['training', 20000], ['examination', 20000], ['progress', 20000]]
  .map(([factor, pool]) => {
    const shares = measure.select('school_code', col(factor).cast(int).mul(lit(pool)).alias('x'), col(factor).cast(int).sum().alias('total'))
      .withColumn(col('x').modulo(col('total')).alias('rest'))
      .withColumn(col('x').sub(col('rest')).div(col('total')).add(lit(0.5)).cast(int).alias('quota')) // whole, but in floating point
      .sort(['rest', 'school_code'], [true, false]).withRowIndex('place');
    return shares.select('school_code', col('quota').add(col('place').cast(int).lt(lit(pool).sub(col('quota').sum())).cast(int)).alias('units'));
  })).collectSync();
mark('allocation');

// ---- answers

const results = {};
const take = (frame, key) => { for (const { [key]: name, n } of frame.toRecords()) results[name] = Number(n); };
take(finding.lazy().groupBy('rule').agg(pl.len().alias('n')).collectSync(), 'rule');
take(outcome.groupBy('outcome').agg(pl.len().alias('n')).collectSync(), 'outcome');
const product = (a, b, factor) => col(a).mul(col(b)).mul(lit(factor));
const sum = (name, lazy, ...more) => {
  const terms = [product('applications', 'declared', 1), product('recommended', 'declared', 3), product('returned', 'applications', 5),
    product('under_review', 'applications', 7), product('rejected', 'applications', 11), product('first_review', 'applications', 13), ...more];
  results[name] = Number(lazy.select(terms.reduce((a, b) => a.add(b)).sum().alias('n')).collectSync().getColumn('n').get(0));
};
sum('school_count', schoolCount, product('certificates', 'certificates', 17));
sum('certificate_count', certificateCount, product('schools', 'schools', 17));
sum('major_count', majorCount, product('schools', 'schools', 17));
sum('region_count', regionCount, product('schools', 'schools', 17), product('certificates', 'certificates', 19));
sum('kind_count', kindCount, product('schools', 'schools', 17));
sum('release_count', releaseCount, product('schools', 'schools', 17));
results.allocation = Number(allocation.lazy().select(col('units').mul(col('school_code').modulo(lit(1009)).add(lit(1))).sum().alias('n'))
  .collectSync().getColumn('n').get(0));
console.log(JSON.stringify(results));
