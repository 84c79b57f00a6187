"""pandas: typed frames from CSV (recurring texts as categories), then the shared work
(checks.sql says it in SQL, with what is left out and why).
python3 pandas_peer.py INBOX"""
import glob
import json
import os
import re
import sys
import time
import unicodedata

import numpy as np
import pandas as pd

inbox = sys.argv[1]
begun = time.monotonic()


def mark(what):
    global begun
    if os.environ.get('BENCH_TRACE'):
        print(f'{time.monotonic() - begun:8.2f} {what}', file=sys.stderr)
    begun = time.monotonic()


def read(pattern, columns, days=()):
    frames = [pd.read_csv(path, usecols=list(columns), dtype={k: t for k, (_, t) in columns.items()}, engine='c',
                          keep_default_na=False, na_values=[''])
              for path in sorted(glob.glob(f'{inbox}/{pattern}'))]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    for column, (_, kind) in columns.items():  # few different ones each: a file's categories are its own
        if kind == 'category' and len(frames) > 1:
            frame[column] = frame[column].astype('category')
    frame = frame.rename(columns={k: n for k, (n, _) in columns.items()})
    for day in days:  # each day converted once
        frame[day] = pd.to_datetime(frame[day].cat.categories).take(frame[day].cat.codes, fill_value=pd.NaT, allow_fill=True)
    return frame


INT, TEXT, KIND = 'float64', 'object', 'category'
school = read('院校名录.csv', {'学校标识码': ('school_code', 'int64'), '学校名称': ('name', TEXT), '曾用名': ('former_name', TEXT),
                           '学校类型': ('kind', TEXT), '隶属': ('affiliation', TEXT), '主管市州': ('unit', INT),
                           '所在市州': ('place', INT), '统一社会信用代码': ('credit_code', TEXT)})
account = read('平台注册.csv', {'注册账号': ('account', TEXT), '学校标识码': ('school_code', 'int64'), '学校名称': ('name', TEXT),
                            '统一社会信用代码': ('credit_code', TEXT), '注册时间': ('registered', TEXT)})
city_review = read('初审/*.csv', {'初审单位': ('reviewing_unit', 'int64'), '申报编号': ('application_no', TEXT),
                                '初审结论': ('conclusion', KIND), '初审人数': ('heads', INT), '初审日期': ('review_date', KIND),
                                '初审意见': ('opinion', TEXT)}, ['review_date'])
performance = read('执行情况.csv', {'年度': ('year', 'int64'), '学校标识码': ('school_code', 'int64'),
                                '证书名称': ('certificate_name', TEXT), '培训评价组织': ('issuer', TEXT), '等级': ('level', TEXT),
                                '培训人数': ('trained', INT), '考核人数': ('examined', INT), '取证人数': ('certified', INT),
                                '考核费是否结清': ('settled', TEXT)})
approval = read('既往获批.csv', {'学校标识码': ('school_code', 'int64'), '证书名称': ('certificate_name', TEXT),
                             '培训评价组织': ('issuer', TEXT), '年度': ('year', 'int64'), '获批人数': ('approved', INT),
                             '申请沿用人数': ('carry_over', INT)})
certificate = read('证书名录.csv', {'证书代码': ('code', TEXT), '证书名称': ('name', TEXT), '培训评价组织': ('issuer', TEXT),
                                '公布批次': ('release_batch', 'int64'), '等级': ('level', TEXT), '考核形式': ('exam_form', TEXT),
                                '状态': ('status', TEXT)})
ceiling = read('考核费用上限.csv', {'考核形式': ('exam_form', TEXT), '等级': ('level', TEXT), '上限(元/人)': ('ceiling', INT),
                              '适用年度': ('ceiling_year', INT)})
major = read('专业目录.csv', {'目录版本': ('catalogue', TEXT), '层次': ('major_level', TEXT), '专业代码': ('code', TEXT),
                          '专业名称': ('name', TEXT), '对应旧专业代码': ('old_code', TEXT)})
complaint = read('投诉台账.csv', {'培训评价组织': ('issuer', TEXT), '类型': ('kind', TEXT), '情节': ('gravity', TEXT), '日期': ('date', KIND)},
                 ['date'])
region = read('市州.csv', {'行政区划码': ('unit', 'int64'), '市州名称': ('name', TEXT), '别名': ('alias', TEXT)})
read('审核决定.csv', {'申报编号': ('application_no', TEXT), '规则编号': ('rule', TEXT), '决定': ('decision', TEXT)})
x = read('考核记录.csv', {'报名号': ('registration_no', TEXT), '学校标识码': ('school_code', 'int64'),
                      '证书名称': ('certificate_name', KIND), '培训评价组织': ('issuer', KIND), '等级': ('level', KIND),
                      '考核日期': ('exam_date', KIND), '结果': ('result', KIND), '证书编号': ('certificate_no', TEXT)}, ['exam_date'])
x['year'] = x['exam_date'].dt.year
mark('assessment and the small ones read')
columns = {}
for heading, name, kind in [
        ('申报编号', 'application_no', TEXT), ('注册账号', 'account', KIND), ('学校标识码', 'school_code', 'int64'),
        ('学校名称', 'school_name', KIND), ('证书名称', 'certificate_name', KIND), ('培训评价组织', 'issuer', KIND),
        ('等级', 'level', KIND), ('专业代码', 'major_code', KIND), ('专业名称', 'major_name', KIND),
        ('专业层次', 'major_level', KIND), ('在校生数', 'students', INT), ('参与试点学生数', 'pilots', INT),
        ('拟考证人数', 'declared', INT), ('其中沿用2020年计划人数', 'carried', INT), ('是否新增试点', 'is_new', KIND),
        ('考核费用标准(元/人)', 'fee', INT), ('费用确定日期', 'fee_date', KIND), ('协议约定费用(元/人)', 'agreed_fee', INT),
        ('学校承担考核费人数', 'paid', INT), ('向学生收取培训费(元/人)', 'training_fee', INT), ('是否作为毕业条件', 'graduation', KIND),
        ('学生自愿', 'voluntary', KIND), ('参训教师数', 'teachers', INT), ('试点工作方案', 'plan', KIND),
        ('方案文件摘要', 'plan_digest', TEXT), ('方案页数', 'pages', INT), ('合作协议', 'agreement', KIND),
        ('协议文件摘要', 'agreement_digest', TEXT), ('协议签订日期', 'agreement_date', KIND), ('协议签约方', 'party', KIND),
        ('试点开始日期', 'start_date', KIND), ('统筹管理部门', 'department', KIND), ('负责人', 'head', KIND),
        ('联系人', 'contact', KIND), ('联系电话', 'telephone', KIND), ('电子邮箱', 'mail', KIND), ('提交时间', 'submitted', KIND),
        ('备注', 'remark', KIND)]:
    columns[heading] = (name, kind)
a = read('试点申报-*.csv', columns, ['fee_date', 'agreement_date', 'start_date', 'submitted'])
a['submitted_day'] = a['submitted'].dt.normalize()
mark('application read')

# ---- names folded and resolved


def fold(text):
    plain = unicodedata.normalize('NFKC', text).lower()
    plain = ''.join(c for c in plain if unicodedata.category(c) not in ('Ps', 'Pe', 'Zs', 'Cc', 'Cf'))
    plain = plain.removesuffix('职业技能等级证书') or plain
    return '建筑信息模型' if plain == '建筑信息模型bim' else plain


numbers = {}  # folded text: its number


def named(column):
    """The number of each cell's folded text, -1 for none; every different text is folded once."""
    column = column if column.dtype.name == 'category' else column.astype('category')
    codes = np.array([numbers.setdefault(fold(text), len(numbers)) for text in column.cat.categories] + [-1])
    return codes[column.cat.codes]


def like(column, test):
    """Which cells' folded text passes a test."""
    return np.array([test(fold(text)) for text in column.cat.categories] + [False])[column.cat.codes]


def text_like(column, test):
    return np.array([test(text) for text in column.cat.categories] + [False])[column.cat.codes]


def level(column):
    return column.astype('category').cat.set_categories(['初级', '中级', '高级']).cat.codes


def pairs(frame, keys):
    """One number for the columns together."""
    return frame.groupby(keys, sort=False, dropna=False, observed=True).ngroup()


listed = certificate.assign(unit=named(certificate['name']), issuer_name=named(certificate['issuer']),
                            certificate=certificate['code'].astype('category').cat.codes, stopped=certificate['status'] == '停用')
listed_certificate = listed.groupby(['certificate', 'unit', 'issuer_name'], as_index=False).agg(
    release_batch=('release_batch', 'min'), ended=('stopped', 'min'))
a['unit'], a['issuer_name'] = named(a['certificate_name']), named(a['issuer'])
a = a.merge(listed_certificate, on=['unit', 'issuer_name'], how='left')
a['stands_for'] = a['certificate'].fillna(-1 - a['unit']).astype('int64')
KEY = ['base', 'major_term', 'major_level']
catalogue = major[major['catalogue'] == '2020旧目录']
catalogue = catalogue.assign(base=catalogue['code'].str.rstrip('KT'), major_term=named(catalogue['name']))[KEY].drop_duplicates()
wanted = a[['major_code', 'major_name', 'major_level']].drop_duplicates().astype({'major_level': object})
wanted = wanted.assign(base=wanted['major_code'].astype(str).str.rstrip('KT'), major_term=named(wanted['major_name']))
wanted = wanted.merge(catalogue.assign(found=True), on=KEY, how='left')
wanted['stranger'] = wanted['found'].isna()
wanted['major'] = pairs(wanted, KEY)
a['wording'] = pairs(a, ['major_code', 'major_name', 'major_level'])  # in the order of `wanted`
a['major'], a['stranger'] = wanted['major'].to_numpy()[a['wording']], wanted['stranger'].to_numpy()[a['wording']]
school['path'] = np.where(school['kind'] != '中职', 'province', np.where(school['affiliation'] == '市州属', 'city', 'direct'))
a['level'] = level(a['level'])
place = pd.Index(school['school_code']).get_indexer(a['school_code'])


def of_school(column, other):
    return np.append(school[column].to_numpy(dtype=object), other)[place]


a['kind'], a['path'] = pd.Categorical(of_school('kind', np.nan)), pd.Categorical(of_school('path', np.nan))
a['path_unit'], a['registered_name'] = of_school('unit', np.nan).astype(float), pd.Categorical(of_school('name', np.nan))
ambiguous = a['application_no'].duplicated(keep=False)
ambiguous_numbers = a.loc[ambiguous, 'application_no'].unique()
review = city_review.reset_index().rename(columns={'index': 'id'})
known_numbers = pd.Index(a['application_no']).drop_duplicates()
review_known = review['application_no'].isin(known_numbers)
review = review[~review['application_no'].isin(ambiguous_numbers)].merge(
    a.reset_index()[['application_no', 'index', 'kind', 'path', 'path_unit', 'declared', 'submitted_day']],
    on='application_no').rename(columns={'index': 'application'})
review['heads'] = review['heads'].fillna(review['declared'])
review = review.sort_values(['review_date', 'id'])
latest = review.drop_duplicates('application', keep='last').set_index('application')
of_unit = review[(review['path'] == 'city') & (review['reviewing_unit'] == review['path_unit'])].drop_duplicates(
    'application', keep='last').set_index('application')
mark('names and items')

x['unit'] = named(x['certificate_name'])
x['level'] = level(x['level'])
performance['unit'], performance['level'] = named(performance['certificate_name']), level(performance['level'])
approval['unit'] = named(approval['certificate_name'])
GROUP = ['school_code', 'unit', 'level', 'year']
tried, passed = x['result'] != '缺考', x['result'] == '通过'
recorded = x.assign(tried=tried, passed=passed, id=x.index).groupby(GROUP, sort=False).agg(
    first_id=('id', 'min'), tried=('tried', 'sum'), passed=('passed', 'sum'))
twin = x[x['registration_no'].duplicated(keep=False)]
for name, chosen in (('tried', tried), ('passed', passed)):
    some = twin[chosen[twin.index]]
    again = some[some.duplicated(GROUP + ['registration_no'])].groupby(GROUP).size()
    recorded[name] = recorded[name].sub(again, fill_value=0)
recorded = recorded.reset_index()
mark('attempts')

# ---- findings

findings = []


def fires(rule, dataset, ids, carried=None):
    """`ids` are the subjects; `carried` their 申报编号."""
    ids = np.asarray(ids)
    findings.append(pd.DataFrame({'rule': rule, 'dataset': dataset, 'subject': ids,
                                  'application_no': None if carried is None else np.asarray(carried)}))


def of(rule, chosen):
    chosen = np.flatnonzero(chosen)
    fires(rule, 'application', chosen, a['application_no'].to_numpy()[chosen])


def reviews(rule, frame):
    fires(rule, 'city_review', frame['id'], frame['application_no'])


def within(frame, keys, other):
    """Which rows' keys stand in another frame."""
    return frame[keys].merge(other[keys].drop_duplicates().assign(found=True), on=keys, how='left')['found'].notna().to_numpy()


levels = listed.groupby(['certificate', 'level'], as_index=False).agg(level_stopped=('stopped', 'min'))
levels['level'] = level(levels['level'])
stopped = a[['certificate', 'level']].merge(levels, on=['certificate', 'level'], how='left')['level_stopped']
of('R01', a['certificate'].isna() | (a['ended'] == True) | (stopped == True).to_numpy())  # noqa: E712: they may be unknown
of('R02', a['certificate'].notna() & stopped.isna().to_numpy())
is_sign = lambda text: '技工' in text or '技师' in text
technician = a['kind'] == '技工学校'
of('R03a', technician)
of('R03b', (like(a['school_name'], is_sign) | like(a['registered_name'], is_sign)) & ~technician & a['kind'].notna())
of('R04a', a['kind'] == '普通本科')
of('R04b', a['kind'] == '应用型本科')
is_placeholder = lambda text: text in ('无', '/', '-', '待定')
of('R05', like(a['department'], is_placeholder) | like(a['head'], is_placeholder))
reviews('R06', review[review['path_unit'].notna() & (review['reviewing_unit'] != review['path_unit'])])
by = a.groupby(['school_code', 'major', 'stands_for'], sort=False)
total, most = by['declared'].transform('sum'), by['students'].transform('max')
over = (total > most) | (a['pilots'] > most)
of('R07a', over)
of('R07b', (total * 100 > most * 80) & ~over)
of('R08', (a['teachers'] == 0) & (a['pilots'] > 0))
fires('R09', 'batch', [a['kind'].isin(['高职高专', '职业本科', '中职']).sum() * 10000 // len(a)])
of('R10', a['voluntary'] == '否')
of('R11', a['graduation'] == '是')
of('R12', a['training_fee'] > 0)
of('R12x', a['training_fee'].isna())
by = a.groupby(['school_code', 'major'], sort=False)
of('R13', by['paid'].transform('sum') < by['pilots'].transform('max'))
of('R14', a['fee_date'] > a['submitted_day'])
rate = listed.merge(ceiling[ceiling['ceiling_year'].isna() | (ceiling['ceiling_year'] == 2021)], on=['exam_form', 'level'], how='left')
rate = rate.groupby(['certificate', 'level'], as_index=False).agg(ceiling=('ceiling', 'min')).assign(rated=True)
rate['level'] = level(rate['level'])
rate = a[['certificate', 'level']].merge(rate, on=['certificate', 'level'], how='left')
of('R15', a['fee'].to_numpy() > rate['ceiling'].to_numpy())
of('R15x', rate['rated'].notna() & rate['ceiling'].isna())
owed = performance[(performance['year'] < 2021) & (performance['examined'] > 0) & (performance['settled'] == '否')]
of('R16', a['school_code'].isin(owed['school_code']))
fires('R16', 'performance', owed.index[~owed['school_code'].isin(a['school_code'])])
issued = x['certificate_no'].dropna()
holder = x.loc[issued.index[issued.duplicated(keep=False)], ['certificate_no', 'registration_no']]
fires('R17', 'assessment', holder.index[holder.groupby('certificate_no')['registration_no'].transform('nunique') > 1])
fires('R18', 'assessment', recorded['first_id'][~within(recorded, GROUP, performance)])
shared = a['plan_digest'].notna() & a['plan_digest'].duplicated(keep=False)
plan = a.loc[shared, ['application_no', 'plan_digest', 'school_code', 'certificate']]
kinds = plan[plan['certificate'].notna()].groupby(['plan_digest', 'school_code'], sort=False)['certificate']
mixed = kinds.transform('min') != kinds.transform('max')
fires('R19a', 'application', mixed.index[mixed], plan.loc[mixed.index[mixed], 'application_no'])
schools = plan.groupby('plan_digest', sort=False)['school_code']
spread = schools.transform('min') != schools.transform('max')
fires('R19b', 'application', plan.index[spread], plan.loc[spread, 'application_no'])
of('R19x', a['plan_digest'].isna())
signed = a['agreement_date']
of('R20', signed.isna() | (signed > a['submitted_day']) | (a['start_date'] < signed))
of('R21', a['certificate'].notna() & a['party'].notna() & (named(a['party']) != a['issuer_name']))
of('R21x', a['certificate'].notna() & a['party'].isna())
heard = complaint[complaint['date'] <= '2021-05-31']
worst = (heard['gravity'] == '恶劣').groupby(named(heard['issuer'])).max()
grave = a['issuer_name'].map(worst)
of('R23a', grave == True)  # noqa: E712
of('R23b', grave == False)  # noqa: E712
of('R24', ~within(a, ['account', 'school_code'], account))
reviews('R26', review[review['kind'].isin(['高职高专', '职业本科', '应用型本科', '普通本科'])])
conclusion = latest['conclusion'].reindex(a.index)
city = a['path'] == 'city'
of('R27a', city & (conclusion.isna() | (conclusion == '退回')))
of('R27b', city & (conclusion == '不同意'))
of('R27c', city & (latest['heads'].reindex(a.index) > a['declared']))
reviews('R28', review[review['path'] == 'direct'])
reviews('R29', city_review.assign(id=city_review.index)[~(city_review['reviewing_unit'].isin(region['unit']) & review_known)])
is_no_file = lambda text: text.strip(' 　()（）[]【】').replace(' ', '').replace('　', '') in ('无', '/', '／', '-', '－', '待定')
of('R30', text_like(a['plan'], is_no_file) | text_like(a['agreement'], is_no_file) | (a['pages'] == 0)
   | (a['plan_digest'] == a['agreement_digest']))
of('R30x', a['plan_digest'].isna() | a['pages'].isna() | a['agreement_digest'].isna())
k = account.assign(called=named(account['name']), id=account.index)
several = [('R31a', k.groupby('school_code')['account'].transform('nunique') > 1),
           ('R31b', (k.groupby('credit_code')['school_code'].transform('nunique') > 1)
            | (k.groupby('called')['school_code'].transform('nunique') > 1))]
for rule, chosen in several:
    of(rule, a['school_code'].isin(k.loc[chosen, 'school_code']))
    fires(rule, 'account', k.index[chosen & ~k['school_code'].isin(a['school_code'])])
of('R33a', a['submitted'] >= '2021-05-26')
of('R33b', ((a['submitted'] >= '2021-05-25') & (a['submitted'] < '2021-05-26')) | (a['submitted'] < '2021-05-14'))
reviews('R34a', city_review.assign(id=city_review.index)[city_review['review_date'] > '2021-05-27'])
reviews('R34b', review[review['review_date'] < review['submitted_day']])
of('R36', a['stranger'] | (a['kind'].isin(['中职', '技工学校']) & (a['major_level'] != '中职'))
   | (a['kind'].isin(['高职高专', '职业本科']) & ~a['major_level'].isin(['高职专科', '高职本科']))
   | (a['kind'].isin(['应用型本科', '普通本科']) & (a['major_level'] == '中职')))
fires('R37', 'batch', [(a['release_batch'] >= 3).sum() * 10000 // len(a)])
UNIT = ['school_code', 'unit']
known = within(a, UNIT, approval[approval['year'] < 2021])
of('R38a', (a['release_batch'] <= 2) & ~known)
of('R38b', a['certificate'].notna() & (((a['is_new'] == '是') & known) | ((a['is_new'] == '否') & ~known)))
former = approval[approval['year'] < 2021]
gone = former[~within(former, UNIT, a)]
fires('R39', 'approval', gone.sort_values('year', kind='stable').drop_duplicates(UNIT, keep='last').index)
asked = approval[approval['year'] == 2020].groupby(UNIT)['carry_over'].sum().rename('asked').reset_index()
stating = a[a['carried'].notna()].groupby(UNIT, as_index=False).agg(stating=('carried', 'size'), sum=('carried', 'sum'))
carrying = a[UNIT].merge(asked, on=UNIT, how='left').merge(stating, on=UNIT, how='left').fillna({'asked': 0})
silent = carrying['stating'].isna() & (carrying['asked'] > 0)
of('R40a', silent.to_numpy() | (a['carried'] > a['declared']))
of('R40b', carrying['stating'].notna() & (carrying['sum'] != carrying['asked']))
of('R40c', (a['carried'] == a['declared']) & (a['carried'] > 0))
of('R41', a['declared'] == 0)
of('R43a', a.duplicated(['school_code', 'stands_for', 'level', 'major'], keep=False))
of('R44', ambiguous)
TELEPHONE = r'(\+?86-?)?(1[3-9][0-9]{9}|(0[12][0-9]-?[2-9][0-9]{7}|0[3-9][0-9][0-9]-?[2-9][0-9]{6,7})(-[0-9]{1,6})?)'
LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MAIL = rf'{LOCAL}(\.{LOCAL})*@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{{2,}}'
is_telephone, is_mail = re.compile(TELEPHONE).fullmatch, re.compile(MAIL).fullmatch
of('R45', text_like(a['telephone'], lambda t: not is_telephone(t)) | text_like(a['mail'], lambda t: not is_mail(t)))
of('R46a', a['agreed_fee'].notna() & (a['agreed_fee'] != a['fee']))
of('R46x', a['agreed_fee'].isna())
price = a.groupby(['stands_for', 'level', 'fee'], as_index=False).size()
price['most'] = price.groupby(['stands_for', 'level'])['size'].transform('max')
price['prices'] = price.groupby(['stands_for', 'level'])['size'].transform('size')
usual = price[(price['size'] == price['most']) & (price['prices'] > 1)].drop_duplicates(['stands_for', 'level'], keep=False)
usual = a[['stands_for', 'level']].merge(usual.rename(columns={'fee': 'usual'}), on=['stands_for', 'level'], how='left')['usual']
of('R46b', usual.notna() & (a['fee'].to_numpy() != usual.to_numpy()))
of('R47', a['kind'].isna() | (named(a['school_name']) != named(a['registered_name'])))
p = performance.merge(recorded.rename(columns={'tried': 'tried_recorded', 'passed': 'passed_recorded'}), on=GROUP, how='left')
fires('R48', 'performance', p.index[(p['examined'] != p['tried_recorded'].fillna(0)) | (p['certified'] != p['passed_recorded'].fillna(0))])
odd = (passed == x['certificate_no'].isna()) | (x['exam_date'] > '2021-05-31')
for number, records in twin.groupby('registration_no'):
    series = records[['school_code', 'unit', 'issuer', 'level']].drop_duplicates()
    done = records.loc[records['result'] == '通过', 'exam_date']
    if len(series) > 1 or records['exam_date'].duplicated().any() or (len(done) and done.min() < records['exam_date'].max()):
        odd[records.index] = True
fires('R49', 'assessment', x.index[odd])
finding = pd.concat(findings, ignore_index=True)
mark('findings')

# ---- outcomes and counts

WEIGHTS = {3: 'R03a R27b', 2: 'R01 R02 R05 R07a R10 R11 R12 R13 R14 R19a R20 R24 R27a R30 R31a R33a R36 R40a R41 R43a R44 R47',
           1: 'R03b R04a R06 R07b R15 R16 R19b R21 R23a R26 R27c R29 R31b R33b R34b R38a R38b R40b R46a'}
severity = {rule: weight for weight, rules in WEIGHTS.items() for rule in rules.split()}
standing = finding[finding['application_no'].notna()].assign(weight=finding['rule'].map(severity)).groupby('application_no')['weight'].max()
a['worst'] = a['application_no'].map(standing).fillna(0)
a['outcome'] = pd.Categorical.from_codes(a['worst'].astype(int), ['建议通过', '待研判', '退回', '不符合'])
agreed = of_unit[of_unit['conclusion'] == '同意']
a['first_review'] = agreed['heads'].reindex(a.index).fillna(0)
a['release_batch'] = a['release_batch'].fillna(0)
a['kind'] = a['kind'].cat.add_categories('').fillna('')
a['reviewing_unit'] = np.where(a['path'] == 'city', a['path_unit'], np.where(a['path'].isna(), -1, 0))
a['applications'] = 1
for name, verdict in (('recommended', '建议通过'), ('returned', '退回'), ('rejected', '不符合'), ('under_review', '待研判')):
    a[name] = a['outcome'] == verdict
SUMS = ['applications', 'recommended', 'returned', 'rejected', 'under_review', 'declared', 'first_review']


def tally(frame, keys, **more):
    """Sums by keys, and of how many different others."""
    by = frame.groupby(keys, sort=False, dropna=False, observed=True)
    result = by[SUMS].sum()
    for name, column in more.items():
        result[name] = by[column].nunique() if column else by.size()
    return result.reset_index()


school_count = tally(a, ['school_code', 'kind', 'reviewing_unit'], certificates='stands_for')
certificate_count = tally(a, ['stands_for', 'level', 'release_batch'], schools='school_code')
major_count = tally(a, ['major'], schools='school_code')
region_count = tally(school_count, ['reviewing_unit'], schools=None).merge(
    a.groupby('reviewing_unit')['stands_for'].nunique().rename('certificates').reset_index(), on='reviewing_unit')
kind_count = tally(school_count, ['kind'], schools=None)
release_count = tally(certificate_count, ['release_batch']).merge(
    a.groupby('release_batch')['school_code'].nunique().rename('schools').reset_index(), on='release_batch')
mark('outcomes and counts')

# ---- allocation: the scenario `base`, provisional, in units of 100 yuan

some = a[(a['outcome'] == '建议通过') & a['kind'].isin(['高职高专', '职业本科', '中职'])]
measure = pd.DataFrame({'scale': some.groupby('school_code')['declared'].sum(),
                        'level': (some['declared'] * np.array([100, 120, 150])[some['level']]).groupby(some['school_code']).sum()})
for name, frame, column in (('training', performance, 'trained'), ('examination', recorded, 'tried'), ('granted', approval, 'approved')):
    measure[name] = frame[frame['year'] < 2021].groupby('school_code')[column].sum()
measure = measure.fillna(0).astype('int64').sort_index()
granted, examined = measure['granted'], measure['examination']
measure['progress'] = np.where(granted == 0, 500000, np.minimum(examined * 1000000 // granted.clip(lower=1), 1000000))
allocation = 0
for factor, pool in (('scale', 25000), ('level', 15000), ('training', 20000), ('examination', 20000), ('progress', 20000)):
    share = measure[factor] * pool
    quota, rest = share // measure[factor].sum(), share % measure[factor].sum()
    first = rest.sort_values(ascending=False, kind='stable').index[:pool - quota.sum()]
    quota[first] += 1
    allocation += (quota * (1 + quota.index % 1009)).sum()
mark('allocation')

# ---- answers

results = {**finding['rule'].value_counts(), **a['outcome'].value_counts()}
for name, count, more in (('school_count', school_count, {'certificates': 17}), ('certificate_count', certificate_count, {'schools': 17}),
                          ('major_count', major_count, {'schools': 17}),
                          ('region_count', region_count, {'schools': 17, 'certificates': 19}),
                          ('kind_count', kind_count, {'schools': 17}), ('release_count', release_count, {'schools': 17})):
    c = count
    results[name] = (c['applications'] * c['declared'] + 3 * c['recommended'] * c['declared'] + 5 * c['returned'] * c['applications']
                     + 7 * c['under_review'] * c['applications'] + 11 * c['rejected'] * c['applications']
                     + 13 * c['first_review'] * c['applications'] + sum(c[k] * c[k] * f for k, f in more.items())).sum()
results['allocation'] = allocation
print(json.dumps({k: int(v) for k, v in results.items()}))
