"""The notice's rules over typed records, one method each, written from their text."""
import hashlib
import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from decimal import Decimal

from twin_fields import DATASETS, fold

CLAUSES = dict(R01='一', R02='一', R03='二', R04='二', R05='三.1', R06='三.1 四.2', R07='三.2',
               R08='三.4', R09='二', R10='三.2', R11='三.5', R12='三.5', R13='三.5', R14='三.5',
               R15='三.5', R16='三.5', R17='三.5', R18='general', R19='三.6', R20='三.6',
               R21='三.6', R23='三.6', R24='四.1 四.3', R25='四.1', R26='四.2', R27='四.2',
               R28='四.2', R29='四.2', R30='四.3', R31='四.3', R33='四.4', R34='四.4', R35='四.4',
               R36='四.4', R37='四.4', R38='四.4', R39='四.4', R40='四.4', R41='四.4',
               R43='general', R44='general', R45='general', R46='三.5', R47='general',
               R48='三.5', R49='general', R50='四.2')
SEVERITY = dict(
    R01='return', R02='return', R03a='reject', R03b='review', R04a='review', R04b='note',
    R05='return', R06='review', R07a='return', R07b='review', R08='note', R09='note',
    R10='return', R11='return', R12='return', R13='return', R14='return', R15='review',
    R16='review', R17='review', R18='review', R19a='return', R19b='review', R20='return',
    R21='review', R23a='review', R23b='note', R24='return', R25='review', R26='review',
    R27a='return', R27b='reject', R27c='review', R28='note', R29='review', R30='return',
    R31a='return', R31b='review', R33a='return', R33b='review', R34a='note', R34b='review',
    R35a='note', R35b='review', R36='return', R37='note', R38a='review', R38b='review',
    R39='note', R40a='return', R40b='review', R40c='note', R41='return', R43a='return',
    R43b='note', R44='return', R45='note', R46a='review', R46b='note', R47='return',
    R48='review', R49='review', R50='review')
NEEDS = dict(
    certificate='R01 R02 R15 R19 R21 R38', region='R29',
    school='R03 R04 R06 R26 R27 R28 R47', fee_ceiling='R15', performance='R16 R18 R48',
    assessment='R17 R18 R48 R49', complaint='R23', account='R24 R31', published='R25',
    major='R36', approval='R38 R39 R40')
UNDERGRADUATE = ('应用型本科', '普通本科')
SUITS = {'中职': {'中职'}, '技工学校': {'中职'}, '高职高专': {'高职专科', '高职本科'},
         '职业本科': {'高职专科', '高职本科'}, '应用型本科': {'本科', '高职本科', '高职专科'},
         '普通本科': {'本科', '高职本科', '高职专科'}}


class Notice:
    def __init__(self, path):
        root = ET.parse(path).getroot()
        self.batch, self.as_of = root.get('batch'), root.get('asOf')
        self.year = int(self.batch.split('-')[0])
        self.number = int(self.batch.split('-')[1])
        filing = root.find('filing')
        self.opens, self.disputed = filing.get('opens'), filing.get('disputedDay')
        self.late = filing.get('lateFrom')
        self.city_until = root.find('cityReview').get('until')
        review = root.find('provinceReview')
        self.from_, self.until = review.get('from'), review.get('until')
        self.edition = root.find('catalogue').get('edition')
        self.standing = {int(r.get('number')): r.get('standing')
                         for r in root.find('releaseBatches')}
        self.paths = {p.get('affiliation'): p.get('path') for p in root.find('reviewPaths')}
        self.share = Decimal(root.find('thresholds').get('declaredShare'))
        self.severities = {}
        for s in root.find('severities'):
            self.severities[(s.get('rule'), s.get('case') or '')] = s.get('is')
        self.scenarios = root.find('allocation')


def digest(record):
    parts = []
    for f in DATASETS['application']:
        value = record.v[f.key]
        parts.append('' if value is None else str(value))
    return hashlib.sha256('\x1f'.join(parts).encode()).hexdigest()


class Rules:
    def __init__(self, notice, inbox):
        self.n, self.inbox, self.r = notice, inbox, inbox.records
        self.present = inbox.present
        self.apps = self.r['application']
        self.findings = []
        for order, ds in enumerate(DATASETS):
            for i, rec in enumerate(self.r[ds]):
                rec.order = i
        self.schools = {}
        for s in self.r['school']:
            self.schools.setdefault(s.school_code, s)
        self.regions = {r.region_code for r in self.r['region']}
        self.by_number = defaultdict(list)
        for a in self.apps:
            self.by_number[a.application_no].append(a)
        self.link_certificates()
        self.reviews = defaultdict(list)
        for c in self.r['city_review']:
            c.app = self.attached(c.application_no)
            if c.app is not None:
                self.reviews[c.app.application_no].append(c)
        for a in self.apps:
            a.school = self.schools.get(a.school_code)
            a.path = self.path_unit(a.school)
            own = sorted(self.reviews[a.application_no], key=lambda c: (c.date or '', c.order)) \
                if self.attached(a.application_no) is a else []
            a.reviews = own
            a.latest = own[-1] if own else None
        self.link_decisions()

    # -- links ---------------------------------------------------------------------------

    def attached(self, number):
        """The one application of that number: none under R44."""
        found = self.by_number.get(number, [])
        return found[0] if len(found) == 1 else None

    def path_unit(self, school):
        """'province', the city's code ('?': unknown), or None where no path can be told."""
        if school is None or school.kind is None:
            return None
        if school.kind != '中职':
            return 'province'
        if school.affiliation is None:
            return None
        if school.affiliation == '市州属':
            return school.city or '?'
        if self.n.paths.get(school.affiliation) == 'city':
            return school.city or (None if 'city' in school.bad else school.seat) or '?'
        return 'province'

    def link_certificates(self):
        self.cert_rows = defaultdict(list)
        self.by_pair, self.by_name = defaultdict(set), defaultdict(set)
        for c in self.r['certificate']:
            self.cert_rows[c.certificate_code].append(c)
            if c.certificate_name is not None:
                self.by_name[fold(c.certificate_name)].add(c.certificate_code)
                if c.issuer is not None:
                    self.by_pair[(fold(c.certificate_name), fold(c.issuer))].add(c.certificate_code)
        for a in self.apps:
            name = fold(a.certificate_name)
            a.cert = self.resolve(a.certificate_name, a.issuer)
            a.cert_known_name = bool(name is not None and self.by_name[name])
            a.cert_id = a.cert or (None if name is None else 'name:' + name)
            a.cert_name = name
            a.levels = {c.level: c for c in self.cert_rows[a.cert]} if a.cert else {}
            digits = a.major_code and re.match(r'\d+', a.major_code)[0]
            a.major = (digits, fold(a.major_name), a.major_level)
            a.major = None if None in a.major else a.major

    def resolve(self, name, issuer):
        """The 证书代码 meant: by name and 培训评价组织, or by a name that just one has."""
        if name is None:
            return None
        found = self.by_name[fold(name)] if issuer is None else \
            self.by_pair[(fold(name), fold(issuer))]
        return sorted(found)[0] if found and (issuer is not None or len(found) == 1) else None

    def link_decisions(self):
        latest = {}
        for d in self.r['decision']:
            d.app = self.attached(d.application_no)
            d.known = d.application_no in self.by_number
            d.void = bool(d.app is not None and d.digest is not None
                          and d.digest != digest(d.app))
            d.valid = d.app is not None and not d.void and not d.bad
            if d.valid:
                key = (d.application_no, d.rule)
                old = latest.get(key)
                if old is None or (old.date, old.order) <= (d.date, d.order):
                    latest[key] = d
        self.decisions = latest
        for d in self.r['decision']:
            d.counts = latest.get((d.application_no, d.rule)) is d

    def whole(self, a):
        if self.attached(a.application_no) is not a:
            return None
        return self.decisions.get((a.application_no, None))

    # -- making findings -----------------------------------------------------------------

    def severity(self, rule, case):
        n = self.n.severities
        if case == 'x':
            return n.get((rule, case), 'note')
        return n.get((rule, case)) or n.get((rule, '')) or SEVERITY[rule + case]

    def add(self, rule, case, rec, number=None, tag=None):
        """number None: the subject's own where it is an application or a city review."""
        school = rec.v.get('school_code') or ''
        if rec.ds in ('city_review', 'decision'):
            school = (rec.app.school_code or '') if rec.app is not None else ''
        if number is None:
            number = rec.application_no if rec.ds in ('application', 'city_review') else ''
        self.findings.append(dict(
            rule=rule, case=case, severity=self.severity(rule, case), clause=CLAUSES[rule],
            dataset=rec.ds, record_key=rec.key(), application_no=number, school_code=school,
            source_file=rec.source.path, source_sheet=rec.source.sheet, source_row=rec.row,
            source_column='', tag=tag))

    def batch(self, rule, case=''):
        self.findings.append(dict(
            rule=rule, case=case, severity=self.severity(rule, case), clause=CLAUSES[rule],
            dataset='batch', record_key=self.n.batch, application_no='', school_code='',
            source_file='', source_sheet='', source_row='', source_column='', tag=None))

    def has(self, ds):
        return ds in self.present

    def blank(self, a, key):
        return a.v[key] is None and key not in a.bad

    # -- rules ---------------------------------------------------------------------------

    def run(self):
        for rule in sorted(n for n in dir(self) if re.fullmatch('rule_\\d\\d', n)):
            if rule != 'rule_50':
                getattr(self, rule)()
        self.absent()

    def absent(self):
        missing = set()
        for ds, rules in NEEDS.items():
            if self.has(ds) or (ds == 'published' and self.n.number == 1):
                continue
            for rule in rules.split():
                if rule == 'R15':
                    continue
                if rule == 'R48' and ds == 'assessment' and self.has('performance'):
                    for p in self.r['performance']:
                        self.add('R48', 'x', p)
                    continue
                missing.add(rule)
        for rule in sorted(missing):
            self.batch(rule, 'x')

    def rule_01(self):
        if not self.has('certificate'):
            return
        for a in self.apps:
            if a.certificate_name is None:
                continue
            if a.cert is None:
                if a.issuer is not None or not a.cert_known_name:
                    self.add('R01', '', a)
                continue
            rows = self.cert_rows[a.cert]
            row = a.levels.get(a.level)
            if all(c.status == '停用' for c in rows) or (row and row.status == '停用'):
                self.add('R01', '', a)

    def rule_02(self):
        for a in self.apps:
            if a.cert and a.level is not None and a.level not in a.levels:
                self.add('R02', '', a)

    def rule_03(self):
        for a in self.apps:
            if not a.school or a.school.kind is None:
                continue
            names = [fold(x) for x in (a.school.school_name, a.school_name) if x]
            if a.school.kind == '技工学校':
                self.add('R03', 'a', a)
            elif any('技工' in x or '技师' in x for x in names):
                self.add('R03', 'b', a)

    def rule_04(self):
        for a in self.apps:
            kind = a.school.kind if a.school else None
            if kind == '普通本科':
                self.add('R04', 'a', a)
            elif kind == '应用型本科':
                self.add('R04', 'b', a)

    @staticmethod
    def placeholder(value):
        return value is not None and fold(value) in ('无', '/', '-', '待定')

    def rule_05(self):
        for a in self.apps:
            if self.placeholder(a.department) or self.placeholder(a.leader):
                self.add('R05', '', a)

    def rule_06(self):
        for c in self.r['city_review']:
            s = c.app.school if c.app is not None else None
            if s and s.city and c.unit != s.city:
                self.add('R06', '', c)

    def rule_07(self):
        groups = defaultdict(list)
        for a in self.apps:
            if a.school_code and a.major and a.cert_id:
                groups[(a.school_code, a.major, a.cert_id)].append(a)
        for rows in groups.values():
            enrolled = max((a.enrolled for a in rows if a.enrolled is not None), default=None)
            if enrolled is None:
                continue
            whole = sum(a.declared or 0 for a in rows)
            for a in rows:
                total = 0 if a.declared is None else whole
                if total > enrolled or (a.pilot_students or 0) > enrolled:
                    self.add('R07', 'a', a)
                elif total > self.n.share * enrolled:
                    self.add('R07', 'b', a)

    def rule_08(self):
        for a in self.apps:
            if a.trained_teachers == 0 and (a.pilot_students or 0) > 0:
                self.add('R08', '', a)

    def rule_09(self):
        self.batch('R09')

    def rule_10(self):
        for a in self.apps:
            if a.voluntary == 0:
                self.add('R10', '', a)

    def rule_11(self):
        for a in self.apps:
            if a.graduation_condition == 1:
                self.add('R11', '', a)

    def rule_12(self):
        for a in self.apps:
            if (a.training_fee or 0) > 0:
                self.add('R12', '', a)
            elif self.blank(a, 'training_fee'):
                self.add('R12', 'x', a)

    def rule_13(self):
        groups = defaultdict(list)
        for a in self.apps:
            if a.school_code and a.major:
                groups[(a.school_code, a.major)].append(a)
        for rows in groups.values():
            paid = [a.fee_paid_students for a in rows]
            most = max((a.pilot_students for a in rows if a.pilot_students is not None),
                       default=None)
            if None in paid or most is None:
                continue
            if sum(paid) < most:
                for a in rows:
                    self.add('R13', '', a)

    def rule_14(self):
        for a in self.apps:
            if a.fee_date and a.submitted and a.fee_date > a.submitted[:10]:
                self.add('R14', '', a)

    def rule_15(self):
        ceilings = defaultdict(list)
        for c in self.r['fee_ceiling']:
            if 'year' not in c.bad and c.year in (None, self.n.year) and c.ceiling is not None:
                ceilings[(c.form, c.level)].append(c.ceiling)
        for a in self.apps:
            if not self.has('certificate'):
                self.add('R15', 'x', a)
                continue
            row = a.levels.get(a.level)
            if row is None:
                continue
            found = ceilings.get((row.form, row.level))
            if not found:
                self.add('R15', 'x', a)
            elif a.fee is not None and a.fee > min(found):
                self.add('R15', '', a)

    def rule_16(self):
        hit = defaultdict(list)
        for p in self.r['performance']:
            if p.year < self.n.year and (p.examined or 0) > 0 and p.settled == 0:
                hit[p.school_code].append(p)
        self.of_schools('R16', '', hit)

    def of_schools(self, rule, case, hit):
        for school, rows in hit.items():
            own = [a for a in self.apps if a.school_code == school]
            for x in own or rows:
                self.add(rule, case, x)

    def rule_17(self):
        groups = defaultdict(list)
        for s in self.r['assessment']:
            if s.certificate_no is not None:
                groups[s.certificate_no].append(s)
        for rows in groups.values():
            if len({s.candidate for s in rows}) > 1:
                for s in rows:
                    self.add('R17', '', s)

    @staticmethod
    def performed(x, year):
        key = (x.school_code, fold(x.certificate_name), x.level, year)
        return None if None in key else key

    def rule_18(self):
        if not self.has('performance'):
            return
        known = {self.performed(p, p.year) for p in self.r['performance']}
        seen = set()
        for s in self.r['assessment']:
            key = self.performed(s, int(s.date[:4]))
            if key and key not in known and key not in seen:
                seen.add(key)
                self.add('R18', '', s)

    def rule_19(self):
        for a in self.apps:
            if self.blank(a, 'plan_digest'):
                self.add('R19', 'x', a)
        by_school, by_plan = defaultdict(list), defaultdict(list)
        for a in self.apps:
            if a.plan_digest and a.school_code:
                by_plan[a.plan_digest].append(a)
                if a.cert:
                    by_school[(a.school_code, a.plan_digest)].append(a)
        for rows in by_school.values():
            if len({a.cert for a in rows}) > 1:
                for a in rows:
                    self.add('R19', 'a', a)
        for rows in by_plan.values():
            if len({a.school_code for a in rows}) > 1:
                for a in rows:
                    self.add('R19', 'b', a)

    def rule_20(self):
        for a in self.apps:
            signed, due = a.agreement_date, a.submitted and a.submitted[:10]
            if self.blank(a, 'agreement_date') or (signed and due and signed > due) or \
                    (signed and a.pilot_start and a.pilot_start < signed):
                self.add('R20', '', a)

    def rule_21(self):
        for a in self.apps:
            if not a.cert:
                continue
            issuers = {fold(c.issuer) for c in self.cert_rows[a.cert] if c.issuer}
            if self.blank(a, 'agreement_party'):
                self.add('R21', 'x', a)
            elif a.agreement_party and issuers and fold(a.agreement_party) not in issuers:
                self.add('R21', '', a)

    def rule_23(self):
        worst = {}
        for c in self.r['complaint']:
            if c.date <= self.n.as_of and c.grade is not None:
                key = fold(c.issuer)
                worst[key] = 'a' if c.grade == '恶劣' else worst.get(key, 'b')
        for a in self.apps:
            case = worst.get(fold(a.issuer)) if a.issuer else None
            if case:
                self.add('R23', case, a)

    def rule_24(self):
        if not self.has('account'):
            return
        owners = defaultdict(list)
        for x in self.r['account']:
            owners[x.account].append(x.school_code)
        for a in self.apps:
            if a.account is None:
                continue
            held = owners.get(a.account)
            if held is None:
                self.add('R24', '', a)
            elif a.school_code and None not in held and a.school_code not in held:
                self.add('R24', '', a)

    def rule_25(self):
        if self.n.number == 1:
            return
        known = defaultdict(set)
        for p in self.r['published']:
            if p.year == self.n.year and p.batch < self.n.number:
                key = (p.school_code, fold(p.certificate_name), p.level,
                       re.match(r'\d+', p.major_code)[0])
                known[key].add(fold(p.issuer))
        for a in self.apps:
            key = (a.school_code, a.cert_name, a.level,
                   a.major_code and re.match(r'\d+', a.major_code)[0])
            if None in key:
                continue
            issuers = known.get(key)
            if issuers and (None in issuers or a.issuer is None or fold(a.issuer) in issuers):
                self.add('R25', '', a)

    def rule_26(self):
        for c in self.r['city_review']:
            s = c.app.school if c.app is not None else None
            if s and s.kind in ('高职高专', '职业本科') + UNDERGRADUATE:
                self.add('R26', '', c)

    def city_path(self, a):
        return a.school is not None and a.school.kind == '中职' and a.path not in (None, 'province')

    def rule_27(self):
        for a in self.apps:
            if not self.city_path(a):
                continue
            c = a.latest
            if c is None or c.conclusion == '退回':
                self.add('R27', 'a', a)
            elif c.conclusion == '不同意':
                self.add('R27', 'b', a)
            if c is None or 'number' in c.bad:
                continue
            first = a.declared if c.number is None else c.number
            if first is None:
                continue
            over = a.declared is not None and first > a.declared
            w = self.whole(a)
            settled = True
            if w is not None and w.decision == '通过':
                final = a.declared if w.number is None else w.number
                if final is not None and final > first:
                    settled = False
            if over or not settled:
                self.add('R27', 'c', a, tag=None if settled else 'stays')

    def rule_28(self):
        for c in self.r['city_review']:
            a = c.app
            if a is not None and a.school and a.school.kind == '中职' and a.path == 'province':
                self.add('R28', '', c)

    def rule_29(self):
        for c in self.r['city_review']:
            if (self.has('region') and c.unit not in self.regions) or \
                    c.application_no not in self.by_number:
                self.add('R29', '', c)

    def rule_30(self):
        for a in self.apps:
            if self.placeholder(a.plan_file) or self.placeholder(a.agreement_file) or \
                    a.plan_pages == 0 or (a.plan_digest is not None
                                          and a.plan_digest == a.agreement_digest):
                self.add('R30', '', a)
            if any(self.blank(a, k) for k in ('plan_pages', 'plan_digest', 'agreement_digest')):
                self.add('R30', 'x', a)

    def rule_31(self):
        per_school, shared = defaultdict(list), defaultdict(list)
        for x in self.r['account']:
            if x.school_code is None:
                continue
            per_school[x.school_code].append(x)
            if x.credit:
                shared[('credit', x.credit)].append(x)
            if x.school_name:
                shared[('name', fold(x.school_name))].append(x)
        self.of_schools('R31', 'a', {s: rows for s, rows in per_school.items()
                                     if len({x.account for x in rows}) > 1})
        hit = defaultdict(list)
        for rows in shared.values():
            if len({x.school_code for x in rows}) > 1:
                for x in rows:
                    if x not in hit[x.school_code]:
                        hit[x.school_code].append(x)
        self.of_schools('R31', 'b', hit)

    def rule_33(self):
        for a in self.apps:
            if a.submitted is None:
                continue
            if a.submitted >= self.n.late:
                self.add('R33', 'a', a)
            elif a.submitted[:10] == self.n.disputed or a.submitted[:10] < self.n.opens:
                self.add('R33', 'b', a)

    def rule_34(self):
        for c in self.r['city_review']:
            if c.date is None:
                continue
            if c.date > self.n.city_until:
                self.add('R34', 'a', c)
            if c.app is not None and c.app.submitted and c.date < c.app.submitted[:10]:
                self.add('R34', 'b', c)

    def rule_35(self):
        for d in self.r['decision']:
            number = d.application_no if d.counts else ''
            if not self.n.from_ <= d.date <= self.n.until:
                self.add('R35', 'a', d, number)
            c = d.app.latest if d.app is not None else None
            if c is not None and c.date and d.date < c.date:
                self.add('R35', 'b', d, number)

    def rule_36(self):
        stand = set()
        for m in self.r['major']:
            if m.edition == self.n.edition and m.major_name:
                stand.add((re.match(r'\d+', m.major_code)[0], fold(m.major_name), m.major_level))
        for a in self.apps:
            wrong = self.has('major') and a.major and a.major not in stand
            kind = a.school.kind if a.school else None
            if kind and a.major_level and a.major_level not in SUITS[kind]:
                wrong = True
            if wrong:
                self.add('R36', '', a)

    def rule_37(self):
        self.batch('R37')

    def units(self):
        approvals = defaultdict(list)
        for p in self.r['approval']:
            if p.year < self.n.year:
                approvals[(p.school_code, fold(p.certificate_name))].append(p)
        return approvals

    def rule_38(self):
        if not self.has('approval'):
            return
        approvals = self.units()
        for a in self.apps:
            if not a.cert or not a.school_code:
                continue
            old = bool(approvals.get((a.school_code, a.cert_name)))
            release = {c.release for c in self.cert_rows[a.cert] if c.release is not None}
            if not old and any(self.n.standing.get(r) == 'closed' for r in release):
                self.add('R38', 'a', a)
            if a.is_new_unit is not None and bool(a.is_new_unit) == old:
                self.add('R38', 'b', a)

    def rule_39(self):
        declared = {(a.school_code, a.cert_name) for a in self.apps}
        for unit, rows in self.units().items():
            # A held record may be the declaration, as far as it can be read.
            school = self.schools.get(unit[0])
            names = {fold(x) for x in (school.school_name, school.former) if x} if school else ()
            if unit not in declared and (unit[0], None) not in declared and not any(
                    a.school_code is None and a.cert_name in (None, unit[1])
                    and fold(a.school_name) in names for a in self.apps):
                latest = max(p.year for p in rows)
                self.add('R39', '', next(p for p in rows if p.year == latest))

    def rule_40(self):
        last = defaultdict(list)
        for unit, rows in self.units().items():
            last[unit] = [p for p in rows if p.year == self.n.year - 1]
        groups = defaultdict(list)
        for a in self.apps:
            if a.school_code and a.cert_name:
                groups[(a.school_code, a.cert_name)].append(a)
        for a in self.apps:
            if a.carried_over is not None and a.declared is not None:
                if a.carried_over > a.declared:
                    self.add('R40', 'a', a)
                elif a.carried_over == a.declared > 0:
                    self.add('R40', 'c', a)
        if not self.has('approval'):
            return
        for unit, rows in groups.items():
            unknown = any('carry' in p.bad for p in last[unit])
            asked = sum(p.carry or 0 for p in last[unit])
            stated = [a for a in rows if not self.blank(a, 'carried_over')]
            if asked > 0 and not stated:
                for a in rows:
                    self.add('R40', 'a', a)
            if stated and not unknown and not any('carried_over' in a.bad for a in rows):
                if sum(a.carried_over or 0 for a in rows) != asked:
                    for a in rows:
                        self.add('R40', 'b', a)

    def rule_41(self):
        for a in self.apps:
            if a.declared == 0:
                self.add('R41', '', a)

    def rule_43(self):
        groups = defaultdict(list)
        for a in self.apps:
            if a.school_code and a.major and a.cert_id and a.level:
                groups[(a.school_code, a.cert_id, a.level, a.major)].append(a)
            if a.repeated:
                self.add('R43', 'b', a)
        for rows in groups.values():
            if len(rows) > 1:
                for a in rows:
                    self.add('R43', 'a', a)

    def rule_44(self):
        for rows in self.by_number.values():
            if len(rows) > 1:
                for a in rows:
                    self.add('R44', '', a)

    def rule_45(self):
        for a in self.apps:
            phone, mail = a.telephone, a.email
            bad = False
            if phone is not None:
                p = re.sub(r'\s', '', fold(phone))
                bad = not re.fullmatch(
                    r'(\+?86-?)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8}((-|转|ext\.?|x)\d{1,6})?', p)
            if mail is not None and not re.fullmatch(
                    r'[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+', mail):
                bad = True
            if bad:
                self.add('R45', '', a)

    def rule_46(self):
        fees = defaultdict(Counter)
        for a in self.apps:
            if a.cert_id and a.level and a.fee is not None:
                fees[(a.cert_id, a.level)][a.fee] += 1
        for a in self.apps:
            if self.blank(a, 'agreed_fee'):
                self.add('R46', 'x', a)
            elif a.agreed_fee is not None and a.fee is not None and a.agreed_fee != a.fee:
                self.add('R46', 'a', a)
            counted = fees.get((a.cert_id, a.level))
            if counted and a.fee is not None:
                top = max(counted.values())
                most = [f for f, n in counted.items() if n == top]
                if len(most) == 1 and a.fee != most[0]:
                    self.add('R46', 'b', a)

    def rule_47(self):
        if not self.has('school'):
            return
        for a in self.apps:
            if a.school_code is None:
                continue
            s = a.school
            if s is None or (a.school_name and s.school_name
                             and fold(a.school_name) != fold(s.school_name)):
                self.add('R47', '', a)

    def sat(self):
        """distinct candidates per school, certificate, level and year: (sat, passed)."""
        counted = defaultdict(lambda: (set(), set()))
        for s in self.r['assessment']:
            key = self.performed(s, int(s.date[:4]))
            if key and s.result in ('通过', '未通过'):
                counted[key][0].add(s.candidate)
                if s.result == '通过':
                    counted[key][1].add(s.candidate)
        return {k: (len(a), len(b)) for k, (a, b) in counted.items()}

    def rule_48(self):
        if not self.has('assessment'):
            return
        counted = self.sat()
        for p in self.r['performance']:
            sat, passed = counted.get(self.performed(p, p.year), (0, 0))
            if (p.examined is not None and p.examined != sat) or \
                    (p.passed is not None and p.passed != passed):
                self.add('R48', '', p)

    def rule_49(self):
        groups = defaultdict(list)
        hit = set()
        for s in self.r['assessment']:
            groups[s.candidate].append(s)
            if s.date > self.n.as_of:
                hit.add(s)
            if s.result in ('未通过', '缺考') and s.certificate_no is not None:
                hit.add(s)
            if s.result == '通过' and self.blank(s, 'certificate_no'):
                hit.add(s)
        for rows in groups.values():
            if len(rows) > 1 and not self.retakes(rows):
                hit.update(rows)
        for s in self.r['assessment']:
            if s in hit:
                self.add('R49', '', s)

    def retakes(self, rows):
        """Whether the attempts of one 报名号 are a series of retakes, as far as they can be read."""
        for values in ({s.school_code for s in rows}, {s.level for s in rows},
                       {fold(s.certificate_name) for s in rows},
                       {self.resolve(s.certificate_name, s.issuer) for s in rows}):
            if len(values - {None}) > 1:
                return False
        last = max(s.date for s in rows)
        return len({s.date for s in rows}) == len(rows) and \
            not any(s.result == '通过' and s.date < last for s in rows)

    def rule_50(self):
        """After the others: it asks which rejects and returns stand."""
        import twin_outcome
        standing = twin_outcome.standing(self)
        for d in self.r['decision']:
            number = d.application_no if d.counts else ''
            over = d.app is not None and d.number is not None and d.app.declared is not None \
                and d.number > d.app.declared
            against = False
            if d.app is not None and d.decision == '通过':
                for f, severity in standing.get(d.application_no, []):
                    if severity in ('reject', 'return') and d.rule in (None, f['rule']):
                        against = True
            if d.app is None or d.void or over or against:
                self.add('R50', '', d, number)
