"""Outcomes, the three numbers, counts and the money."""
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from twin_fields import LEVELS, fold

OUTCOMES = {'recommended': '建议通过', 'approved_applications': '通过', 'returned': '退回',
            'rejected': '不符合', 'under_review': '待研判'}
COUNTS = ['applications', 'recommended', 'approved_applications', 'returned', 'rejected',
          'under_review', 'certificates', 'declared', 'first_review', 'approved',
          'approved_junior', 'approved_intermediate', 'approved_senior']


def standing(rules):
    """application_no -> [(finding, severity after the decisions)], the settled left out."""
    out = defaultdict(list)
    for f in rules.inbox.findings + rules.findings:
        number, severity = f['application_no'], f['severity']
        if not number or severity == 'note':
            continue
        own = rules.decisions.get((number, f['rule']))
        if own is not None and severity != 'reject':
            if own.decision == '豁免':
                continue
            if severity == 'review':
                if own.decision == '通过':
                    continue
                severity = {'退回': 'return', '不通过': 'reject'}[own.decision]
        whole = rules.decisions.get((number, None))
        if severity == 'review' and whole is not None and whole.decision == '通过':
            stays = f['rule'] == 'R50' or (f['rule'], f['case']) == ('R35', 'b') or \
                f.get('tag') == 'stays'
            if not stays:
                continue
        out[number].append((f, severity))
    return out


def judge(rules):
    stand = standing(rules)
    for a in rules.apps:
        left = {s for _, s in stand.get(a.application_no, [])}
        whole = rules.whole(a)
        said = whole.decision if whole is not None else None
        if 'reject' in left or said == '不通过':
            a.outcome = '不符合'
        elif 'return' in left or a.bad or said == '退回':
            a.outcome = '退回'
        elif 'review' in left:
            a.outcome = '待研判'
        else:
            a.outcome = '通过' if said == '通过' else '建议通过'
        a.approved = None
        if a.outcome == '通过':
            a.approved = a.declared if whole.number is None else whole.number
        a.first = None
        if rules.city_path(a):
            own = [c for c in a.reviews if c.unit == a.path]
            if own and own[-1].conclusion == '同意' and 'number' not in own[-1].bad:
                a.first = a.declared if own[-1].number is None else own[-1].number


def unit_of(rules, code):
    s = rules.schools.get(code)
    if s is None:
        return ''
    path = rules.path_unit(s) or 'province'
    return '' if path == '?' else path


def tally(rows):
    total = lambda key: sum(getattr(a, key) or 0 for a in rows)
    out = {'applications': len(rows)}
    for column, outcome in OUTCOMES.items():
        out[column] = sum(a.outcome == outcome for a in rows)
    out['certificates'] = len({a.cert_id for a in rows})
    for column, key in (('declared', 'declared'), ('first_review', 'first'),
                        ('approved', 'approved')):
        out[column] = total(key)
    for column, level in zip(COUNTS[-3:], LEVELS):
        out[column] = sum(a.approved or 0 for a in rows if a.level == level)
    return out


def school_counts(rules):
    groups = defaultdict(list)
    for a in rules.apps:
        groups[a.school_code or ''].append(a)
    out = []
    for code in sorted(groups):
        s = rules.schools.get(code)
        named = next((a.school_name for a in groups[code] if a.school_name), '') if code else ''
        row = dict(school_code=code, school_name=s and s.school_name or named,
                   school_kind=s.kind or '' if s else '', reviewing_unit=unit_of(rules, code))
        row.update(tally(groups[code]))
        out.append(row)
    return out


def region_counts(rules):
    groups = defaultdict(list)
    for a in rules.apps:
        groups[unit_of(rules, a.school_code)].append(a)
    names = {r.region_code: r.name for r in rules.r['region']}
    names['province'] = '省直报'
    out = []
    for unit in sorted(groups):
        rows = groups[unit]
        row = dict(reviewing_unit=unit, unit_name=names.get(unit) or '',
                   schools=len({a.school_code or '' for a in rows}))
        row.update(tally(rows))
        out.append(row)
    return out


def certificate_counts(rules):
    groups = defaultdict(list)
    for a in rules.apps:
        groups[(a.cert or '', '' if a.cert else a.cert_name or '', a.level or '')].append(a)
    out = []
    for (code, name, level), rows in sorted(groups.items()):
        release = ''
        if code:
            listed = rules.cert_rows[code]
            name = listed[0].certificate_name or ''
            own = [c for c in listed if c.level == level] + listed[:1]
            release = next((c.release for c in own if c.release is not None), '')
        counted = tally(rows)
        out.append(dict(certificate_code=code, certificate_name=name, release_batch=release,
                        level=level, schools=len({a.school_code or '' for a in rows}),
                        applications=len(rows), declared=counted['declared'],
                        first_review=counted['first_review'], approved=counted['approved']))
    return sorted(out, key=lambda r: [
        '' if r[c] is None else str(r[c]).encode().decode('latin-1')
        for c in ('certificate_code', 'certificate_name', 'release_batch', 'level')])


# ---- money ----------------------------------------------------------------------------

def apportion(total, weights):
    """Largest remainder: weights {id: Fraction or int}; ties by id. None without weight."""
    whole = sum(weights.values())
    if not whole:
        return None
    quota = {k: Fraction(total) * w / whole for k, w in weights.items()}
    share = {k: q.numerator // q.denominator for k, q in quota.items()}
    left = total - sum(share.values())
    for k in sorted(quota, key=lambda k: (-(quota[k] - share[k]), k))[:left]:
        share[k] += 1
    return share


def bounded(pool, totals, floor, cap):
    """Totals within floor and cap, or None where they cannot be met."""
    n = len(totals)
    if (floor is not None and floor * n > pool) or (cap is not None and cap * n < pool):
        return None
    fixed, now = {}, dict(totals)
    while True:
        below = {k: floor - v for k, v in now.items()
                 if k not in fixed and floor is not None and v < floor}
        above = {k: v - cap for k, v in now.items()
                 if k not in fixed and cap is not None and v > cap}
        if not below and not above:
            return now
        if sum(below.values()) >= sum(above.values()):
            fixed.update({k: floor for k in below})
        else:
            fixed.update({k: cap for k in above})
        free = {k: totals[k] for k in totals if k not in fixed}
        rest = pool - sum(fixed.values())
        if not free:
            return dict(fixed) if rest == 0 else None
        shared = apportion(rest, free)
        if shared is None or rest < 0:
            return None
        now = dict(fixed, **shared)


def history(rules):
    """school -> examined, trained, approved heads of the years before."""
    year = rules.n.year
    examined, trained, approved = defaultdict(int), defaultdict(int), defaultdict(int)
    if rules.r['assessment']:
        for (school, _, _, when), (sat, _) in rules.sat().items():
            if when < year:
                examined[school] += sat
    for p in rules.r['performance']:
        if p.year < year:
            trained[p.school_code] += p.trained or 0
            if not rules.r['assessment']:
                examined[p.school_code] += p.examined or 0
    for p in rules.r['approval']:
        if p.year < year:
            approved[p.school_code] += p.approved or 0
    return examined, trained, approved


def allocate(rules):
    examined, trained, approved = history(rules)
    out = []
    for scenario in rules.n.scenarios or ():
        if scenario.tag != 'scenario':
            continue
        unit = Decimal(scenario.get('unit'))
        fen = int(unit * 1000000)
        pool = int(Decimal(scenario.get('pool')) / unit)
        bound = {k: int(Decimal(scenario.get(k)) / unit) if scenario.get(k) else None
                 for k in ('floor', 'cap')}
        kinds = {e.get('kind') for e in scenario.findall('eligible')}
        factor = {f.get('measure'): Fraction(f.get('weight'))
                  for f in scenario.findall('factor')}
        coefficient = {e.get('name'): int(Decimal(e.get('coefficient')) * 100)
                       for e in scenario.findall('level')}
        newcomer = int(Decimal(scenario.find('newcomer').get('progress')) * 1000000)
        for suffix, accept in (('', ('通过',)), ('-provisional', ('通过', '建议通过'))):
            heads = defaultdict(list)
            for a in rules.apps:
                if a.outcome in accept and a.school and a.school.kind in kinds:
                    heads[a.school_code].append(
                        (a.level, a.approved if a.outcome == '通过' else a.declared))
            x = {m: {} for m in factor}
            for code in heads:
                values = dict(
                    training=trained[code], examination=examined[code],
                    scale=sum(n for _, n in heads[code]),
                    level=sum(n * coefficient.get(lv, 0) for lv, n in heads[code]),
                    progress=min(1000000, examined[code] * 1000000 // approved[code])
                    if approved[code] else newcomer)
                for m in factor:
                    x[m][code] = values[m]
            if not heads or any(not sum(v.values()) for v in x.values()):
                continue
            pools = apportion(pool, factor)
            shares = {m: apportion(pools[m], x[m]) for m in factor}
            totals = {c: sum(shares[m][c] for m in factor) for c in heads}
            totals = bounded(pool, totals, bound['floor'], bound['cap'])
            if totals is None:
                continue
            name = scenario.get('id') + suffix
            for m in factor:
                for c in heads:
                    out.append(dict(scenario=name, factor=m, school_code=c, x=x[m][c],
                                    amount_fen=shares[m][c] * fen))
            for c in heads:
                out.append(dict(scenario=name, factor='total', school_code=c, x='',
                                amount_fen=totals[c] * fen))
    return sorted(out, key=lambda r: (r['scenario'], r['factor'], r['school_code']))
