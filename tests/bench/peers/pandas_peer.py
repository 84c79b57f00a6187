"""pandas: typed frames from CSV (recurring texts as categories), the shared checks.
python3 pandas_peer.py INBOX"""
import glob
import json
import sys

import pandas as pd

inbox = sys.argv[1]


def read(pattern, columns, days=()):
    frames = [pd.read_csv(path, usecols=list(columns), dtype={k: t for k, (_, t) in columns.items()}, engine='c',
                          parse_dates=[d for d in days], keep_default_na=False, na_values=[''])
              for path in sorted(glob.glob(f'{inbox}/{pattern}'))]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    return frame.rename(columns={k: n for k, (n, _) in columns.items()})


INT, TEXT, KIND = 'float64', 'object', 'category'
school = read('院校名录.csv', {'学校标识码': ('school_code', 'int64'), '学校名称': ('name', TEXT), '学校类型': ('kind', TEXT),
                           '隶属': ('affiliation', TEXT), '主管市州': ('unit', INT)})
account = read('平台注册.csv', {'注册账号': ('account', TEXT), '学校标识码': ('registered_school', 'int64')})
review = read('初审/*.csv', {'初审单位': ('unit', 'int64'), '申报编号': ('application_no', TEXT), '初审结论': ('conclusion', TEXT),
                           '初审人数': ('heads', INT), '初审日期': ('review_date', TEXT), '初审意见': ('opinion', TEXT)})
performance = read('执行情况.csv', {'年度': ('year', 'int64'), '学校标识码': ('school_code', 'int64'),
                                '证书名称': ('certificate_name', TEXT), '培训评价组织': ('issuer', TEXT), '等级': ('level', TEXT),
                                '培训人数': ('trained', INT), '考核人数': ('examined', INT), '取证人数': ('certified', INT),
                                '考核费是否结清': ('settled', TEXT)})
x = read('考核记录.csv', {'报名号': ('registration_no', TEXT), '学校标识码': ('school_code', 'int64'),
                      '证书名称': ('certificate_name', KIND), '培训评价组织': ('issuer', KIND), '等级': ('level', KIND),
                      '考核日期': ('exam_date', KIND), '结果': ('result', KIND), '证书编号': ('certificate_no', TEXT)})
x['exam_date'] = pd.to_datetime(x['exam_date'].cat.categories).take(x['exam_date'].cat.codes)
x['year'] = x['exam_date'].dt.year
columns = {}
for heading, name, kind in [
        ('申报编号', 'application_no', TEXT), ('注册账号', 'account', TEXT), ('学校标识码', 'school_code', 'int64'),
        ('学校名称', 'school_name', TEXT), ('证书名称', 'certificate_name', TEXT), ('培训评价组织', 'issuer', TEXT),
        ('等级', 'level', TEXT), ('专业代码', 'major_code', TEXT), ('专业名称', 'major_name', TEXT),
        ('专业层次', 'major_level', TEXT), ('在校生数', 'students', INT), ('参与试点学生数', 'pilots', INT),
        ('拟考证人数', 'declared', INT), ('其中沿用2020年计划人数', 'carried', INT), ('是否新增试点', 'is_new', TEXT),
        ('考核费用标准(元/人)', 'fee', INT), ('费用确定日期', 'fee_date', TEXT), ('协议约定费用(元/人)', 'agreed_fee', INT),
        ('学校承担考核费人数', 'paid', INT), ('向学生收取培训费(元/人)', 'training_fee', INT), ('是否作为毕业条件', 'graduation', TEXT),
        ('学生自愿', 'voluntary', TEXT), ('参训教师数', 'teachers', INT), ('试点工作方案', 'plan', TEXT),
        ('方案文件摘要', 'plan_digest', TEXT), ('方案页数', 'pages', INT), ('合作协议', 'agreement', TEXT),
        ('协议文件摘要', 'agreement_digest', TEXT), ('协议签订日期', 'agreement_date', TEXT), ('协议签约方', 'party', TEXT),
        ('试点开始日期', 'start_date', TEXT), ('统筹管理部门', 'department', TEXT), ('负责人', 'head', TEXT),
        ('联系人', 'contact', TEXT), ('联系电话', 'telephone', TEXT), ('电子邮箱', 'mail', TEXT), ('提交时间', 'submitted', TEXT),
        ('备注', 'remark', TEXT)]:
    columns[heading] = (name, kind)
a = read('试点申报-*.csv', columns)
a['submitted'] = pd.to_datetime(a['submitted'])
for day in ('fee_date', 'agreement_date', 'start_date'):
    a[day] = pd.to_datetime(a[day])
submitted_day = a['submitted'].dt.normalize()

results = {}
kinds = a.merge(school[['school_code', 'kind', 'affiliation']], on='school_code')
for name, kind in (('R03a', '技工学校'), ('R04a', '普通本科'), ('R04b', '应用型本科')):
    results[name] = (kinds['kind'] == kind).sum()
major = ['school_code', 'major_code', 'major_name', 'major_level']
certificate = major + ['certificate_name', 'issuer']
by = a.groupby(certificate, sort=False)
total, most, pilots = (by[c].transform(f) for c, f in (('declared', 'sum'), ('students', 'max'), ('pilots', 'max')))
results['R07a'] = ((total > most) | (a['pilots'] > most)).sum()
results['R07b'] = ((total * 100 > most * 80) & (total <= most) & (pilots <= most)).sum()
results['R08'] = ((a['teachers'] == 0) & (a['pilots'] > 0)).sum()
results['R10'] = (a['voluntary'] == '否').sum()
results['R11'] = (a['graduation'] == '是').sum()
results['R12'] = (a['training_fee'] > 0).sum()
by = a.groupby(major, sort=False)
results['R13'] = (by['paid'].transform('sum') < by['pilots'].transform('max')).sum()
results['R14'] = (a['fee_date'] > submitted_day).sum()
numbers = x['certificate_no'].dropna()
results['R17'] = numbers.duplicated(keep=False).sum()
group = ['school_code', 'certificate_name', 'level', 'year']
seen = x.groupby(group, sort=False, observed=True).size().reset_index()[group].astype(
    {'certificate_name': object, 'level': object})
results['R18'] = (seen.merge(performance[group].drop_duplicates(), on=group, how='left', indicator=True)['_merge']
                  == 'left_only').sum()
signed = a['agreement_date']
results['R20'] = (signed.isna() | (signed > submitted_day) | (a['start_date'] < signed)).sum()
owner = a[['account', 'school_code']].merge(account, on='account', how='left')
results['R24'] = (owner['registered_school'].isna() | (owner['registered_school'] != owner['school_code'])).sum()
latest = review.sort_values('review_date', kind='stable').drop_duplicates('application_no', keep='last')
city = kinds[(kinds['kind'] == '中职') & (kinds['affiliation'] == '市州属')][['application_no']].merge(
    latest[['application_no', 'conclusion']], on='application_no', how='left')
results['R27a'] = (city['conclusion'].isna() | (city['conclusion'] == '退回')).sum()
results['R33a'] = (a['submitted'] >= '2021-05-26').sum()
results['R33b'] = (((a['submitted'] >= '2021-05-25') & (a['submitted'] < '2021-05-26'))
                   | (a['submitted'] < '2021-05-14')).sum()
results['R41'] = (a['declared'] == 0).sum()
results['R43a'] = a.duplicated(certificate + ['level'], keep=False).sum()
results['R44'] = a['application_no'].duplicated(keep=False).sum()
tried = x[x['result'] != '缺考'].drop_duplicates(group + ['registration_no'])
passed = x[x['result'] == '通过'].drop_duplicates(group + ['registration_no'])
p = performance
for name, frame in (('tried', tried), ('passed', passed)):
    sizes = frame.groupby(group, sort=False, observed=True).size().rename(name).reset_index().astype(
        {'certificate_name': object, 'level': object})
    p = p.merge(sizes, on=group, how='left')
results['R48'] = ((p['examined'] != p['tried'].fillna(0)) | (p['certified'] != p['passed'].fillna(0))).sum()
has = x['certificate_no'].notna()
results['R49'] = (((x['result'] == '通过') != has) | (x['exam_date'] > '2021-05-31')
                  | x['registration_no'].duplicated(keep=False)).sum()
s = a.groupby('school_code').agg(applications=('declared', 'size'), declared=('declared', 'sum')).reset_index()
results['schools'] = (s['applications'] * (1 + s['school_code'] % 1009)
                      + s['declared'] * (1 + s['school_code'] % 2003)).sum()
c = a.groupby(['certificate_name', 'level']).agg(schools=('school_code', 'nunique'), declared=('declared', 'sum'))
results['certificates'] = (c['declared'] * c['schools'] + c['schools'] ** 2).sum()
print(json.dumps({k: int(v) for k, v in results.items()}))
