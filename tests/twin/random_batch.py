#!/usr/bin/python3
"""random_batch.py SEED OUTDIR [--rows N]: a random batch, mostly sound, with every offence.

Every school, person and number in it is made up.
"""
import csv
import hashlib
import os
import random
import re
import sys
from datetime import date, timedelta

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import twin_outcome  # noqa: E402
from twin_fields import (DATASETS, FORMS, HEADINGS, LEVELS, TAGS, Bad, credit_check,  # noqa: E402
                         fold_heading, read_cell)
from twin_read import read_inbox  # noqa: E402
from twin_rules import Notice, Rules, digest  # noqa: E402
from twin_write import Cells, csv_bytes, letters, xlsx_bytes, xml_bytes  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMES = {'region': '市州', 'school': '院校名录', 'certificate': '证书名录', 'fee_ceiling': '费用上限',
         'major': '专业目录', 'account': '平台注册', 'application': '试点申报', 'approval': '既往获批',
         'city_review': '市州初审', 'performance': '执行情况', 'assessment': '考核记录',
         'published': '往批公布', 'complaint': '投诉台账', 'decision': '审核决定'}
TOTALS = {'application': ['declared', 'pilot_students'], 'approval': ['approved'],
          'performance': ['trained', 'examined'], 'city_review': ['number']}


def reference(name):
    with open(os.path.join(TOP, 'samples', 'reference', name + '.csv'), encoding='utf-8-sig',
              newline='') as f:
        return list(csv.DictReader(f))


def sha(*words):
    return hashlib.sha256('/'.join(map(str, words)).encode()).hexdigest()


def money(fen):
    return '%d.%02d' % divmod(fen, 100)


class World:
    def __init__(self, seed, rows):
        self.rng = random.Random(seed)
        self.seed, self.rows = seed, rows
        self.data = {ds: [] for ds in DATASETS}
        self.batch = 2 if self.rng.random() < 0.25 else 1

    def chance(self, p):
        return self.rng.random() < p

    def make(self):
        self.make_reference()
        self.make_schools()
        self.make_applications()
        self.make_history()
        self.make_reviews()

    # -- reference -----------------------------------------------------------------------

    def make_reference(self):
        rng = self.rng
        self.data['region'] = [dict(region_code=r['行政区划码'], name=r['市州名称'], other=r['别名'])
                               for r in reference('regions')]
        self.cities = [r['region_code'] for r in self.data['region']]
        listed = reference('certificates')
        rng.shuffle(listed)
        early = [c for c in listed if c['公布批次'] in '12'][:5]
        late = [c for c in listed if c['公布批次'] in '34'][:9]
        bim = [c for c in listed if 'BIM' in c['证书名称'] and c not in early]
        self.certs = []
        for i, c in enumerate(early + bim[:1] + late):
            levels = [lv for lv in c['已知等级'].split('|') if lv] or \
                sorted(rng.sample(LEVELS, rng.randint(1, 3)), key=LEVELS.index)
            self.certs.append(dict(code='YZ%04d' % (i + 1), name=c['证书名称'],
                                   issuer=c['培训评价组织'], release=c['公布批次'], levels=levels,
                                   form=rng.choice(FORMS)))
        twin = dict(rng.choice(self.certs))
        twin.update(code='YZ0090', issuer='虚构评价中心（武汉）有限公司', levels=['初级', '中级'])
        self.certs.append(twin)
        stopped = rng.choice(self.certs)
        for c in self.certs:
            for lv in c['levels']:
                status = rng.choice(['有效', '', '有效'])
                if c is stopped and self.chance(0.6) or self.chance(0.02):
                    status = '停用'
                self.data['certificate'].append(dict(
                    certificate_code=c['code'], certificate_name=c['name'], issuer=c['issuer'],
                    release=c['release'], level=lv, form=c['form'], status=status))
        base = dict(zip(FORMS, (30000, 36000, 42000, 48000)))
        self.ceiling = {}
        for f in FORMS:
            for i, lv in enumerate(LEVELS):
                fen = base[f] + 6000 * i
                if self.chance(0.06):
                    continue
                self.ceiling[(f, lv)] = fen
                self.data['fee_ceiling'].append(dict(
                    form=f, level=lv, ceiling=money(fen), year=rng.choice(['2021', '2021', '']),
                    basis='虚构文件'))
                if self.chance(0.1):
                    self.data['fee_ceiling'].append(dict(
                        form=f, level=lv, ceiling=money(fen - 5000),
                        year=rng.choice(['2020', '2021', '2022']), basis='虚构文件二'))
        majors = reference('majors-2020')
        rng.shuffle(majors)
        self.majors = {}
        for m in majors[:220]:
            self.majors.setdefault(m['层次'], []).append((m['专业代码'], m['专业名称']))
            self.data['major'].append(dict(edition='2020旧目录', major_level=m['层次'],
                                           major_code=m['专业代码'], major_name=m['专业名称']))
        self.new_majors = []
        for m in reference('major-collisions'):
            lv = m['2021新目录层次']
            self.new_majors.append((m['专业代码'], m['2021新目录名称'], lv))
            self.data['major'].append(dict(edition='2021新目录', major_level=lv,
                                           major_code=m['专业代码'],
                                           major_name=m['2021新目录名称'], old_code=''))
            old = (m['专业代码'], m['2020旧目录名称(高职专科)'])
            if old not in self.majors.get(lv, []):
                self.majors.setdefault(lv, []).append(old)
                self.data['major'].append(dict(edition='2020旧目录', major_level=lv,
                                               major_code=old[0], major_name=old[1]))
        self.data['major'] = list({(m['edition'], m['major_level'], m['major_code']): m
                                   for m in self.data['major']}.values())

    # -- schools -------------------------------------------------------------------------

    def make_schools(self):
        rng = self.rng
        plan = ['高职高专'] * 6 + ['中职'] * 9 + ['职业本科'] * 2 + ['应用型本科'] * 2 + \
            ['普通本科', '技工学校']
        self.schools = []
        for i, kind in enumerate(plan):
            city = rng.choice(self.cities)
            tail = {'高职高专': '职业技术学院', '中职': '中等职业学校', '职业本科': '职业技术大学',
                    '应用型本科': '应用技术学院', '普通本科': '大学', '技工学校': '技工学校'}[kind]
            name = '虚构第%d%s' % (i + 1, tail)
            if self.chance(0.06):
                name += '（%s技师学院）' % '虚构'
            affiliation = rng.choices(['市州属', '省属', '部委属'],
                                      [6, 2, 1] if kind == '中职' else [2, 5, 1])[0]
            body = '1242' + '%013d' % (self.seed * 1000 + i)
            s = dict(school_code='42%08d' % (77000 + i * 13), school_name=name, kind=kind,
                     affiliation=affiliation, seat=city, former='', city='',
                     credit=body + credit_check(body) if self.chance(0.9) else '')
            if affiliation == '市州属' or self.chance(0.1):
                s['city'] = rng.choice(self.cities)
            if self.chance(0.2):
                s['former'] = '虚构旧名第%d学校' % (i + 1)
            self.schools.append(s)
            self.data['school'].append(s)
            account = dict(account='ZH%06d' % (i + 1), school_code=s['school_code'],
                           school_name=name, credit=s['credit'],
                           registered='2021-05-0%dT09:%02d:00' % (rng.randint(1, 9), i))
            self.data['account'].append(account)
            if self.chance(0.05):
                self.data['account'].append(dict(account, account='ZH%06d' % (i + 501)))
            if self.chance(0.05) and i:
                other = rng.choice(self.data['account'])
                account[rng.choice(['credit', 'school_name'])] = \
                    other[rng.choice(['credit', 'school_name'])]
                if len(account['credit']) != 18:
                    account['credit'] = other['credit']
        # A city's own school without an application and without its unit (F01).
        if self.chance(0.3):
            self.data['school'].append(dict(
                school_code='4200999999', school_name='虚构无申报学校', kind='中职',
                affiliation='市州属', city='', seat=self.cities[0], former='', credit=''))
        for i in range(2):
            if self.chance(0.5):
                code = '42009988%02d' % i
                for j in range(2):
                    self.data['account'].append(dict(
                        account='ZH9%d%d' % (i, j), school_code=code, credit='',
                        school_name='虚构未申报学校%d' % i, registered='2021-05-10T10:00:00'))

    # -- applications --------------------------------------------------------------------

    def unit(self, s):
        if s['kind'] == '中职' and s['affiliation'] == '市州属':
            return s['city']
        return 'province'

    def make_applications(self):
        rng = self.rng
        levels_for = {'中职': ['中职'], '技工学校': ['中职'], '高职高专': ['高职专科'],
                      '职业本科': ['高职专科'], '应用型本科': ['本科', '高职专科'],
                      '普通本科': ['本科']}
        self.apps = []
        used = set()
        favourites = {s['school_code']: rng.sample(self.certs, 4) for s in self.schools}
        for n in range(self.rows):
            s = rng.choice(self.schools)
            for _ in range(30):
                c = rng.choice(favourites[s['school_code']])
                lv = rng.choice(c['levels'])
                ml = rng.choice(levels_for[s['kind']])
                m = rng.choice(self.majors[ml])
                if (s['school_code'], c['name'], lv, m) not in used:
                    break
            used.add((s['school_code'], c['name'], lv, m))
            enrolled = rng.randint(80, 1600)
            declared = rng.randint(5, max(6, enrolled // 3))
            pilot = rng.randint(declared, enrolled // 2)
            fee = self.ceiling.get((c['form'], lv), 30000) - rng.choice([0, 2000, 2000, 2000])
            day = date(2021, 5, 14) + timedelta(days=rng.randint(0, 10))
            a = dict(application_no='SQ%02d%05d' % (self.seed % 100, n),
                     account='ZH%06d' % (self.schools.index(s) + 1),
                     school_code=s['school_code'], school_name=s['school_name'],
                     certificate_name=c['name'], issuer=c['issuer'], level=lv, major_code=m[0],
                     major_name=m[1], major_level=ml, enrolled=str(enrolled),
                     pilot_students=str(pilot), declared=str(declared), carried_over='',
                     is_new_unit='否', fee=money(fee),
                     fee_date=(day - timedelta(days=rng.randint(0, 5))).isoformat(),
                     agreed_fee=money(fee), fee_paid_students=str(pilot), training_fee='0.00',
                     graduation_condition='否', voluntary='是',
                     trained_teachers=str(rng.randint(1, 9)),
                     plan_file='方案%d.pdf' % n, plan_digest=sha(self.seed, 'plan', n),
                     plan_pages=str(rng.randint(3, 40)), agreement_file='协议%d.pdf' % n,
                     agreement_digest=sha(self.seed, 'agreement', n),
                     agreement_date=(day - timedelta(days=rng.randint(0, 3))).isoformat(),
                     agreement_party=c['issuer'], pilot_start='2021-09-01', department='教务处',
                     leader='虚构负责人', contact='虚构联系人', telephone='13800000%03d' % (n % 1000),
                     email='xx%d@example.com' % n,
                     submitted='%sT%02d:%02d:%02d' % (day, rng.randint(8, 20), rng.randint(0, 59),
                                                      rng.choice([0, 0, rng.randint(1, 59)])),
                     remark=rng.choice(['', '', '无', '第一行\n第二行', '含"引号"，和,逗号;分号']))
            a['_cert'], a['_school'] = c, s
            self.apps.append(a)
        self.approve()
        for a in list(self.apps):
            if self.chance(0.35):
                for _ in range(rng.choice([1, 1, 1, 2])):
                    self.offend(a)
        self.data['application'] = self.apps

    def approve(self):
        """Approvals of the years before that suit the applications."""
        rng = self.rng
        units = {}
        for a in self.apps:
            units.setdefault((a['school_code'], a['certificate_name']), []).append(a)
        self.approval_units = []
        for (code, name), rows in units.items():
            c = rows[0]['_cert']
            old = c['release'] in '12' or self.chance(0.3)
            if self.chance(0.06):
                old = not old
            for a in rows:
                a['is_new_unit'] = '否' if old else '是'
            if not old:
                continue
            self.approval_units.append((code, name))
            issuer = rng.choice([c['issuer'], ''])
            if self.chance(0.4):
                self.data['approval'].append(dict(school_code=code, certificate_name=name,
                                                  issuer=issuer, year='2019', carry='',
                                                  approved=str(rng.randint(0, 90))))
            carry = rng.choice(['', '', '0', str(rng.randint(2, 30))])
            self.data['approval'].append(dict(school_code=code, certificate_name=name,
                                              issuer=issuer, year='2020', carry=carry,
                                              approved=str(rng.randint(0, 200))))
            if carry not in ('', '0') and self.chance(0.85):
                rows[0]['carried_over'] = str(min(int(carry), int(rows[0]['declared'])))
        for _ in range(4):
            s, c = rng.choice(self.schools), rng.choice(self.certs)
            self.data['approval'].append(dict(
                school_code=s['school_code'], certificate_name=c['name'] + '职业技能等级证书',
                issuer='', year=rng.choice(['2019', '2020']), approved='20', carry=''))
        seen = {}
        for p in self.data['approval']:
            seen[(p['school_code'], p['certificate_name'], p['year'])] = p
        self.data['approval'] = list(seen.values())

    def offend(self, a):
        rng, apps = self.rng, self.apps
        day = date.fromisoformat(a['submitted'][:10])
        other = rng.choice(apps)
        c = a['_cert']
        enrolled = int(a['enrolled'])

        def put(**k):
            a.update(k)

        def again(**k):
            b = dict(a, **k)
            apps.append(b)

        name = a['certificate_name']
        ways = [
            lambda: put(certificate_name=name + '甲'),
            lambda: put(certificate_name=rng.choice([
                name + '职业技能等级证书', name.replace('（', '(').replace('）', ')'),
                ' '.join(name), name.lower(), name.replace('（BIM）', '')])),
            lambda: put(issuer=a['issuer'].replace('有限公司', '有限责任公司') + '乙'),
            lambda: put(issuer=a['issuer'].replace('（', '(').replace('）', ') ')),
            lambda: put(issuer=''),
            lambda: put(level=rng.choice(LEVELS)),
            lambda: put(department=rng.choice(['待定', '／', '无', '-', '－', '（无）', ' 待 定 '])),
            lambda: put(leader=rng.choice(['无', '/', '待定'])),
            lambda: put(department=rng.choice(['无锡合作处', '待定处', '—'])),
            lambda: put(declared=str(enrolled), pilot_students=str(enrolled)),
            lambda: put(declared=str(enrolled + 1)),
            lambda: put(declared=str(enrolled * 4 // 5)),
            lambda: put(declared=str(enrolled * 4 // 5 + 1)),
            lambda: put(pilot_students=str(enrolled + 1)),
            lambda: again(application_no=a['application_no'] + 'L', declared=str(enrolled // 2),
                          level=rng.choice(c['levels'])),
            lambda: put(trained_teachers='0'),
            lambda: put(trained_teachers='0', pilot_students='0', fee_paid_students='0'),
            lambda: put(trained_teachers=''),
            lambda: put(voluntary='否'),
            lambda: put(graduation_condition='是'),
            lambda: put(training_fee=rng.choice(['0.01', '500.00', '', '0'])),
            lambda: put(fee_paid_students=str(max(0, int(a['pilot_students']) - 1))),
            lambda: (put(fee_paid_students=str(int(a['pilot_students']) // 2 + 1)),
                     again(application_no=a['application_no'] + 'M',
                           certificate_name=rng.choice(self.certs)['name'])),
            lambda: put(fee_date=(day + timedelta(days=rng.choice([0, 1]))).isoformat()),
            lambda: put(fee=money(self.ceiling.get((c['form'], a['level']), 30000)
                                  + rng.choice([0, 1]))),
            lambda: put(plan_digest=other['plan_digest']),
            lambda: put(plan_digest=rng.choice(
                [b for b in apps if b['school_code'] == a['school_code']])['plan_digest']),
            lambda: put(plan_digest=rng.choice(['', a['agreement_digest']])),
            lambda: put(agreement_date=rng.choice([
                '', day.isoformat(), (day + timedelta(days=1)).isoformat()])),
            lambda: put(pilot_start=rng.choice([
                '', a['agreement_date'], '2021-05-01', '2021-06-01'])),
            lambda: put(agreement_party=rng.choice([
                '', '虚构咨询有限公司', a['issuer'].replace('（', '('),
                a['issuer'].replace('有限公司', '有限责任公司')])),
            lambda: put(account=rng.choice(['ZH999999', other['account']])),
            lambda: put(plan_file=rng.choice(['无', '/', '待定'])),
            lambda: put(plan_pages=rng.choice(['0', '', '1'])),
            lambda: put(agreement_digest=rng.choice(['', a['plan_digest']])),
            lambda: put(submitted=rng.choice([
                '2021-05-24T23:59:59', '2021-05-25T00:00:00', '2021-05-25T23:59:59',
                '2021-05-26T00:00:00', '2021-05-13T23:59:59', '2021-05-14T00:00:00'])),
            lambda: put(major_code=a['major_code'] + rng.choice(['K', 'T', 'TK'])),
            lambda: put(**dict(zip(('major_code', 'major_name', 'major_level'),
                                   rng.choice(self.new_majors)))),
            lambda: put(major_name=other['major_name']),
            lambda: put(major_level=rng.choice(['高职专科', '高职本科', '中职', '本科'])),
            lambda: put(is_new_unit='是' if a['is_new_unit'] == '否' else '否'),
            lambda: put(carried_over=rng.choice(['0', '1', a['declared'],
                                                 str(int(a['declared']) + 1)])),
            lambda: put(declared='0'),
            lambda: again(application_no=a['application_no'] + 'D'),
            lambda: again(),
            lambda: again(),
            lambda: again(contact='另一联系人'),
            lambda: again(leader='另一负责人', certificate_name=other['certificate_name'],
                          issuer=other['issuer']),
            lambda: put(telephone=rng.choice(['123', '87654321', '电话', '027-87654321',
                                              '027-87654321-123', '02787654321', '0717-6234567',
                                              '１３８００００００００'])),
            lambda: put(email=rng.choice(['', 'abc', 'a@', 'a.b@example.edu.cn', '@example.com'])),
            lambda: put(agreed_fee=rng.choice(['', '100.00', a['fee']])),
            lambda: put(fee=money(int(a['fee'].replace('.', '')) - 1000)),
            lambda: put(school_code='4200000001'),
            lambda: put(school_name=a['_school']['former'] or '虚构改名学校'),
            lambda: put(school_name=rng.choice([' '.join(a['school_name']), '虚构某技师学院',
                                                a['school_name'] + '（东区）'])),
        ]
        rng.choice(ways)()

    # -- the years before, and complaints ------------------------------------------------

    def make_history(self):
        rng = self.rng
        serial = 0
        certs = {c['name']: c for c in self.certs}
        for code, name in self.approval_units:
            c = certs[name]
            for year in ('2019', '2020'):
                if self.chance(0.5):
                    continue
                lv = rng.choice(c['levels'])
                sat, passed = rng.randint(0, 6), 0
                written = rng.choice([name, name + '职业技能等级证书'])
                for _ in range(sat):
                    serial += 1
                    ok = self.chance(0.7)
                    passed += ok
                    base = dict(candidate='KS%07d' % serial, school_code=code,
                                certificate_name=written, issuer=rng.choice([c['issuer'], '']),
                                level=lv, date='%s-%02d-%02d' % (year, rng.randint(3, 12),
                                                                 rng.randint(1, 28)))
                    row = dict(base, result='通过' if ok else '未通过',
                               certificate_no='ZS%07d' % serial if ok else '')
                    self.data['assessment'].append(row)
                    if self.chance(0.12):
                        later = '%s-12-%02d' % (year, rng.randint(29, 31))
                        self.data['assessment'].append(dict(
                            row, date=rng.choice([later, base['date']]),
                            result=rng.choice(['通过', '未通过', '缺考']), certificate_no=''))
                    if self.chance(0.02):
                        row['certificate_no'] = 'ZS%07d' % max(1, serial - 1)
                    if self.chance(0.02):
                        row['date'] = rng.choice(['2021-05-31', '2021-06-01'])
                    if self.chance(0.02):
                        row['result'] = '缺考'
                if self.chance(0.08):
                    continue
                self.data['performance'].append(dict(
                    year=year, school_code=code, certificate_name=name, issuer=c['issuer'],
                    level=lv, trained=str(sat + rng.randint(0, 20)),
                    examined=str(sat + (self.chance(0.1) and 1)),
                    passed=str(passed + (self.chance(0.1) and 1)),
                    settled=rng.choice(['是'] * 9 + ['否'])))
        if not self.data['performance']:
            self.data['performance'].append(dict(
                year='2020', school_code=self.schools[0]['school_code'],
                certificate_name=self.certs[0]['name'], issuer='', level=self.certs[0]['levels'][0],
                trained='5', examined='0', passed='0', settled='否'))
        self.data['performance'].append(dict(
            year='2020', school_code='4200777777', certificate_name=self.certs[0]['name'],
            issuer='', level=self.certs[0]['levels'][0], trained='5', examined='5', passed='2',
            settled=rng.choice(['是', '否'])))
        issuers = sorted({c['issuer'] for c in self.certs})
        day = date(2021, 5, 29)
        for i, issuer in enumerate(rng.sample(issuers, 3)):
            for grade in rng.sample(['一般', '恶劣'], rng.randint(1, 2)):
                day += timedelta(days=1)
                self.data['complaint'].append(dict(
                    issuer=issuer.replace('（', '('), type=rng.choice(['捆绑销售', '高收费', '其他']),
                    grade=grade, date=day.isoformat() if self.chance(0.4)
                    else '2021-0%d-1%d' % (i + 1, rng.randint(0, 9))))
        for a in rng.sample(self.apps, min(8, len(self.apps))):
            self.data['published'].append(dict(
                year=rng.choice(['2021', '2021', '2020']), batch=rng.choice(['1', '1', '2']),
                school_code=a['school_code'], certificate_name=a['certificate_name'],
                issuer=rng.choice(['', a['issuer']]), level=a['level'],
                major_code=a['major_code'], approved=a['declared']))

    # -- reviews and decisions -----------------------------------------------------------

    def make_reviews(self):
        rng = self.rng
        for a in self.apps:
            unit = self.unit(a['_school'])
            if unit == 'province':
                if self.chance(0.03):
                    self.review(a, rng.choice(self.cities))
                continue
            if self.chance(0.05):
                continue
            self.review(a, unit if self.chance(0.95) else rng.choice(self.cities))
            if self.chance(0.05):
                self.review(a, rng.choice([unit, rng.choice(self.cities)]))
        ghost = dict(self.apps[0], application_no='SQ不存在1')
        if self.chance(0.7):
            self.review(ghost, self.cities[0])
        if self.chance(0.5):
            self.review(rng.choice(self.apps), '990000')
        seen = {}
        for c in self.data['city_review']:
            seen.setdefault((c['unit'], c['application_no'], c['date']), c)
        self.data['city_review'] = list(seen.values())
        if self.chance(0.5):
            c = rng.choice(self.data['city_review'])
            self.data['city_review'].append(dict(c))

    def review(self, a, unit):
        rng = self.rng
        declared = int(a['declared'])
        day = date(2021, 5, 25) + timedelta(days=rng.randint(0, 2))
        self.data['city_review'].append(dict(
            unit=unit, application_no=a['application_no'],
            conclusion=rng.choices(['同意', '退回', '不同意'], [20, 1, 1])[0],
            number=rng.choice(['', str(declared), str(declared), str(max(0, declared - 2)),
                               str(declared + 1) if self.chance(0.2) else '']),
            date=rng.choices([day.isoformat(), '2021-05-28', '2021-05-15'], [16, 1, 1])[0],
            opinion=rng.choice(['', '同意上报'])))

    def decide(self, inbox_folder, notice):
        """Decisions on the rows as they read, from what the rules say without them."""
        rng = self.rng
        inbox = read_inbox(inbox_folder)
        for f in inbox.findings:
            f.pop('attached', None)
        rules = Rules(notice, inbox)
        rules.run()
        rules.rule_50()
        twin_outcome.judge(rules)
        found = {}
        for f in inbox.findings + rules.findings:
            if f['severity'] in ('review', 'return', 'reject') and f['rule'][0] == 'R':
                found.setdefault(f['application_no'], []).append(f['rule'])
        out = self.data['decision']

        def decision(a, what, rule='', **more):
            d = dict(application_no=a.application_no, rule=rule, decision=what, number='',
                     reason='虚构理由', reviewer='虚构审核人',
                     date=rng.choices(['2021-05-28', '2021-05-29', '2021-05-30', '2021-05-31',
                                       '2021-05-27', '2021-06-01'], [9, 9, 9, 9, 1, 1])[0],
                     digest=digest(a))
            d.update(more)
            if self.chance(0.03):
                d['digest'] = sha('void', a.application_no)
            out.append(d)

        for a in rules.apps:
            declared = a.declared or 0
            if self.chance(0.8 if a.outcome == '建议通过' else 0.5):
                what = rng.choices(['通过', '退回', '不通过', '豁免'], [24, 1, 1, 1])[0]
                number = ''
                if what == '通过' and self.chance(0.5):
                    number = str(rng.choice([declared, max(0, declared - 3), max(1, declared // 2),
                                             declared + 1 if self.chance(0.2) else declared]))
                decision(a, what, number=number)
                if self.chance(0.06):
                    decision(a, rng.choice(['通过', '退回', '不通过']))
            for rule in found.get(a.application_no, []):
                if self.chance(0.5):
                    decision(a, rng.choices(['豁免', '通过', '退回', '不通过'], [5, 5, 1, 1])[0],
                             rule)
            if self.chance(0.02):
                decision(a, '豁免', rng.choice(['R07', 'R23', 'R50', 'R27']))
        if self.chance(0.6):
            out.append(dict(application_no='SQ不存在2', rule='', decision='通过', number='',
                            reason='虚构', reviewer='虚构', date='2021-05-30',
                            digest=sha('none')))
        # Latest by date, then place: one row per key and day.
        seen = {}
        for d in out:
            seen.setdefault((d['application_no'], d['rule'], d['date']), d)
        self.data['decision'] = list(seen.values())
        for a in rng.sample(rules.apps, min(3, len(rules.apps))):
            self.data['decision'].append(dict(application_no=a.application_no, digest=digest(a)))
        if self.chance(0.3) and self.data['decision']:
            self.data['decision'].append(dict(self.data['decision'][0]))


# ---- files ----------------------------------------------------------------------------

class Files:
    def __init__(self, world, folder):
        self.w, self.rng, self.folder = world, world.rng, folder
        self.cells = Cells(world.rng, bad=world.rng.choice([0.001, 0.003, 0.003, 0.012]))
        self.written = []
        self.pending = []

    def put(self, path, data):
        full = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'wb') as f:
            f.write(data)
        self.written.append(path)

    def heading(self, ds, f):
        rng = self.rng
        choices = [f.heading] * 8 + f.aliases + [t for t, k in TAGS.items() if k == f.key]
        h = rng.choice(choices)
        if self.w.chance(0.08):
            ways = [h[:2] + '\n' + h[2:], h + ' ', h.replace('(', '（').replace(')', '）'),
                    re.sub(r'\(.*\)', '', h)]
            h = rng.choice(ways)
        assert fold_heading(h) in HEADINGS[ds], h
        return h

    def table(self, ds, records, form, wide=False, base1904=False):
        """Rows of cells, merges and hidden rows."""
        rng, w = self.rng, self.w
        fields = [f for f in DATASETS[ds]
                  if f.required or w.chance(0.97) or any(r.get(f.key) for r in records)]
        if wide:
            fields = [f for f in fields if f.key not in ('level', 'declared')]
        if w.chance(0.3):
            rng.shuffle(fields)
        if not wide and ds in ('account', 'performance', 'application') and w.chance(0.03):
            drop = {'account': 'registered', 'performance': 'settled',
                    'application': 'contact'}[ds]
            fields = [f for f in fields if f.key != drop]
        columns = [('field', f) for f in fields]
        if w.chance(0.15):
            columns.insert(0, ('number', '序号'))
        if w.chance(0.1):
            columns.insert(rng.randint(1, len(columns)), ('extra', '备用列'))
        if ds == 'assessment' and w.chance(0.7):
            columns.insert(1, ('extra', rng.choice(['考生姓名', '姓名', '身份证号'])))
        if wide:
            columns += [('level', lv) for lv in LEVELS]
        rows, merges, hidden = [], [], []
        if w.chance(0.35):
            rows.append([('t', '2021年%s表（虚构）' % NAMES[ds])])
            merges.append('A1:%s1' % letters(len(columns) - 1))
            if w.chance(0.5):
                rows.append([('t', '填报单位：虚构')])
            if w.chance(0.2):
                rows.append([])
        top = len(rows) + 1
        line, sub = [], []
        for kind, x in columns:
            if kind == 'field':
                line.append(('t', self.heading(ds, x)))
                sub.append(None)
            elif kind == 'level':
                line.append(('t', '拟考证人数') if x == '初级' else None)
                sub.append(('t', x))
            else:
                line.append(('t', x))
                sub.append(None)
        rows.append(line)
        if wide:
            rows.append(sub)
            merges.append('%s%d:%s%d' % (letters(len(columns) - 3), top,
                                         letters(len(columns) - 1), top))
        sums = {}
        for n, r in enumerate(records, 1):
            if w.chance(0.01):
                rows.append([None] * len(columns) if form == 'xlsx' or w.chance(0.5) else [])
            line = []
            for i, (kind, x) in enumerate(columns):
                f = x
                value = None
                if kind == 'number':
                    line.append(('t', str(n)) if len(r) > 2 else None)
                    continue
                if kind == 'extra':
                    line.append(('t', '某' + str(n)) if len(r) > 2 else None)
                    continue
                if kind == 'level':
                    f = next(y for y in DATASETS[ds] if y.key == 'declared')
                    value = r['_levels'].get(x)
                    if value is None:
                        line.append(None)
                        continue
                else:
                    value = r.get(f.key)
                c = self.cells.cell(f, value, form, base1904)
                if c is not None and c[1] == '' and form == 'xlsx':
                    c = None
                line.append(c)
                if f.kind in ('int', 'money') and c is not None and c[0] in 'tn':
                    try:
                        sums[i] = sums.get(i, 0) + (read_cell(f, c) or 0)
                    except Bad:
                        pass
            rows.append(line)
            if form == 'xlsx' and w.chance(0.01):
                hidden.append(len(rows))
        first_text = not (columns[0][0] == 'field' and columns[0][1].kind in ('int', 'money'))
        if ds in TOTALS and first_text and w.chance(0.5):
            line = [None] * len(columns)
            line[0] = ('t', rng.choice(['合计', '合计：', ' 合计']))
            for i, (kind, f) in enumerate(columns):
                if i and (kind == 'level' or (kind == 'field' and f.key in TOTALS[ds])):
                    total = sums.get(i, 0) + (rng.choice([1, 10]) if w.chance(0.15) else 0)
                    line[i] = ('n' if form == 'xlsx' else 't', str(total))
            rows.append(line)
        if w.chance(0.3):
            rows.append([('t', rng.choice(['填表人：虚构', '审核人：虚构', '盖章', '注：虚构数据']))])
        if w.chance(0.1):
            rows.append([('t', '说明：以上为虚构')])
        if form == 'csv' and w.chance(0.1):
            rows += [[], []]
        return rows, merges, hidden

    def dataset(self, ds):
        rng, w = self.rng, self.w
        records = list(w.data[ds])
        if not records:
            return
        if ds == 'application':
            self.applications(records)
            return
        if ds not in ('decision', 'assessment') and w.chance(0.3):
            rng.shuffle(records)
        parts = 1 if w.chance(0.6) else rng.randint(2, 3)
        if ds == 'city_review':
            parts = rng.randint(2, 5)
        for i in range(parts):
            self.file(ds, records[i::parts], i)

    def file(self, ds, records, i, wide=False):
        rng, w = self.rng, self.w
        if not records:
            return
        path = '%s%s%d' % (rng.choice(['', '', '分表/']), NAMES[ds], i)
        if w.chance(0.45):
            base1904 = w.chance(0.1)
            table = self.table(ds, records, 'xlsx', wide, base1904)
            if not base1904 and w.chance(0.15):
                self.pending.append((NAMES[ds] + str(i), ) + table)
                return
            sheets = [('表一', ) + table]
            if w.chance(0.1):
                sheets.append(('联系表', [[('t', '姓名'), ('t', '电话')],
                                       [('t', '虚构'), ('t', '123')]], [], []))
            self.put(path + '.xlsx', xlsx_bytes(sheets, w.chance(0.3), base1904))
        else:
            rows, _, _ = self.table(ds, records, 'csv', wide)
            sep = rng.choice([',', ',', ',', '\t', ';'])
            encoding = rng.choice(['utf-8', 'utf-8-sig', 'gb18030', 'gb18030', 'utf-16',
                                   'utf-16-be'])
            self.put(path + '.csv', csv_bytes(rows, encoding, sep, w.chance(0.5)))

    def applications(self, records):
        rng, w = self.rng, self.w
        kinds = {}
        wide = []
        for a in records:
            kinds.setdefault(rng.choice('ababcx'), []).append(a)
        for a in kinds.pop('x', []):
            if w.chance(0.5):
                wide.append(a)
            else:
                kinds.setdefault('x', []).append(a)
        for i, key in enumerate(sorted(kinds)):
            if key == 'x':
                made = []
                for a in kinds[key]:
                    r = {}
                    for f in DATASETS['application']:
                        c = self.cells.cell(f, a.get(f.key), 'csv')
                        if c is not None and c[1].strip():
                            r[f.key] = c[1]
                    made.append(r)
                self.put('试点申报x.xml', xml_bytes('applications', 'application',
                                                DATASETS['application'], made))
            else:
                self.file('application', kinds[key], i)
        if wide:
            for a in wide:
                a['_levels'] = {a['level']: a['declared']}
                for lv in LEVELS:
                    if lv != a['level'] and w.chance(0.3):
                        a['_levels'][lv] = str(rng.randint(0, 60))
                if w.chance(0.06):
                    a['_levels'] = {}
            self.file('application', wide, 7, True)

    def finish(self):
        """Workbooks of several sheets, and files that are no data."""
        rng, w = self.rng, self.w
        if self.pending:
            self.put('汇总.xlsx', xlsx_bytes(self.pending, w.chance(0.3)))
            self.pending = []

    def strays(self):
        rng, w = self.rng, self.w
        if w.chance(0.4):
            path = rng.choice([p for p in self.written if p.endswith('.csv')]
                              or self.written)
            with open(os.path.join(self.folder, path), 'rb') as f:
                data = f.read()
            stem, ext = os.path.splitext(path)
            self.put(stem + '（再发）' + ext, data)
        if w.chance(0.3):
            self.put('联系人.csv', '姓名,电话\n虚构,123\n'.encode())
        if w.chance(0.15):
            self.put('乱码.csv', '编号,名称\n'.encode('gb18030') + b'\xff\xff\xff\n')
        if w.chance(0.15):
            self.put('残缺.xlsx', xlsx_bytes([('表一', [[('t', '甲')]], [], [])])[:300])
        if w.chance(0.3):
            self.put('.隐藏.csv', '市州名称,行政区划码\n武汉市,420100\n'.encode())
            self.put('~$锁.xlsx', b'lock')


def main(arguments):
    rows = 120
    if '--rows' in arguments:
        at = arguments.index('--rows')
        rows = int(arguments[at + 1])
        del arguments[at:at + 2]
    if len(arguments) != 2:
        sys.exit('usage: random_batch.py SEED OUTDIR [--rows N]')
    seed, folder = int(arguments[0]), arguments[1]
    w = World(seed, rows)
    w.make()
    inbox = os.path.join(folder, 'inbox')
    os.makedirs(inbox, exist_ok=True)
    with open(os.path.join(TOP, 'samples', '2021-1', 'notice.xml'), encoding='utf-8') as f:
        notice = f.read()
    if w.batch == 2:
        notice = notice.replace('batch="2021-1"', 'batch="2021-2"')
    if w.chance(0.3):
        notice = notice.replace('affiliation="省属" path="direct"', 'affiliation="省属" path="city"')
    if w.chance(0.3):
        notice = notice.replace('<severities/>', '<severities><severity rule="R33" case="b" '
                                'is="return"/></severities>')
    if w.chance(0.4):
        notice = notice.replace('title="基本方案" pool="1000" unit="0.01"',
                                'title="基本方案" pool="1000" unit="0.01" %s' % w.rng.choice(
                                    ['floor="20"', 'cap="120"', 'floor="30" cap="110"',
                                     'floor="5" cap="200"', 'floor="400"']))
    with open(os.path.join(folder, 'notice.xml'), 'w', encoding='utf-8') as f:
        f.write(notice)
    files = Files(w, inbox)
    absent = w.rng.choice([0, 0.02, 0.02, 0.12])
    for ds in DATASETS:
        if ds == 'decision' or (ds != 'application' and w.chance(absent)):
            continue
        if ds == 'published' and w.batch == 1:
            continue
        files.dataset(ds)
    files.finish()
    w.decide(inbox, Notice(os.path.join(folder, 'notice.xml')))
    if w.chance(0.95):
        files.dataset('decision')
    if files.pending:
        files.put('决定汇总.xlsx', xlsx_bytes(files.pending))
    files.strays()


if __name__ == '__main__':
    main(sys.argv[1:])
