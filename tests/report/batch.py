"""Fills a batch.db as the stages before onex-report would leave it, following
schemas/batch.sql and the XSDs, but independently of them and with texts of the
test's choosing. Use: fill(path, text=function) -> the rows put in."""
import glob, hashlib, os, sqlite3
import xml.etree.ElementTree as ET

XS = "{http://www.w3.org/2001/XMLSchema}"
ONEX = "{urn:onex:schema}"
SIMPLE = {"text": "TEXT", "longText": "TEXT", "identifier": "TEXT", "majorCode": "TEXT", "creditCode": "TEXT",
          "digest": "TEXT", "rowDigest": "TEXT"}
AS_OF = 18778  # 2021-05-31


def datasets():
    found = {}
    for path in sorted(glob.glob("schemas/*.xsd")):
        name = os.path.basename(path)[:-4]
        if name in ("types", "notice"):
            continue
        root = ET.parse(path).getroot()
        record = root.find(f"{XS}element/{XS}complexType/{XS}sequence/{XS}element")
        title = root.find(f".//{ONEX}dataset").get("title")
        fields = []
        for element in record.findall(f"{XS}complexType/{XS}all/{XS}element"):
            field = element.find(f".//{ONEX}field")
            fields.append((element.get("name"), element.get("type") or "enumeration", field))
        found[name] = (title, fields)
    return found


def create(path):
    db = sqlite3.connect(path)
    db.executescript(open("schemas/batch.sql", encoding="utf-8").read())
    for number, (name, (title, fields)) in enumerate(datasets().items(), 1):
        columns, groups = [], set()
        for position, (field, kind, info) in enumerate(fields):
            group = info.get("group")
            if group and name != group + "_ref":
                if group not in groups:
                    columns.append(f"{group}_ref INTEGER")
                groups.add(group)
            else:
                columns.append(f"{field} " + ("INTEGER" if info.get("dictionary") else SIMPLE.get(kind, "INTEGER")))
        virtual = [f"{field}_unknown INTEGER AS (unknown >> {k} & 1) VIRTUAL" for k, (field, _, _) in enumerate(fields)]
        db.execute(f"CREATE TABLE {name}(id INTEGER PRIMARY KEY, source INTEGER, row INTEGER, record INTEGER,"
                   f" byte_offset INTEGER, unknown INTEGER NOT NULL DEFAULT 0, {', '.join(columns + virtual)})")
        db.execute("INSERT INTO dataset VALUES(?,?,?,1)", (number, name, title))
    return db


class Terms:
    def __init__(self, db):
        self.db, self.known = db, {}

    def __call__(self, text):
        if text not in self.known:
            self.known[text] = len(self.known) + 1
            number = self.known[text]
            self.db.execute("INSERT INTO term VALUES(?,?,?,?)", (number, text, number, text))
        return self.known[text]


def insert(db, table, **values):
    db.execute(f"INSERT INTO {table}({','.join(values)}) VALUES({','.join('?' * len(values))})", list(values.values()))


def largest_remainder(total, weights):
    """{key: (quota, remainder, rank, extra)}; ties by key."""
    whole = sum(weights.values())
    quota = {k: total * w // whole for k, w in weights.items()}
    rest = {k: total * w % whole for k, w in weights.items()}
    order = sorted(weights, key=lambda k: (-rest[k], k))
    left = total - sum(quota.values())
    return {k: (quota[k], rest[k], order.index(k) + 1, int(order.index(k) < left)) for k in weights}


FACTORS = [("progress", "试点推进情况", 200000), ("training", "培训规模", 200000), ("examination", "考证规模", 200000),
           ("scale", "试点规模", 250000), ("level", "证书等级", 150000)]
OUTCOMES = ["通过", "建议通过", "待研判", "退回", "不符合"]
RULES = [("R33", "a", "return"), ("R33", "b", "review"), ("R33", "x", "note"), ("R11", "", "return"),
         ("R03", "a", "reject"), ("R09", "", "note"), ("R15", "", "review"), ("R15", "x", "note")]


def allocate(db, run, schools, pool_fen=1000000000, unit=10000):
    parts = largest_remainder(pool_fen // unit, {name: weight for name, _, weight in FACTORS})
    totals = {code: 0 for code in schools}
    for position, (name, title, weight) in enumerate(FACTORS, 1):
        quota, rest, rank, extra = parts[name]
        pool = (quota + extra) * unit
        x = {code: (code * 7 + position * 13) % 997 * (1000 if name == "progress" else 1) for code in schools}
        insert(db, "factor_pool", run=run, factor=name, position=position, title=title, weight_ppm=weight,
               quota_units=quota, remainder=rest, rank=rank, extra=extra, pool_fen=pool, sum_x=str(sum(x.values())))
        for code, (q, r, k, e) in largest_remainder(pool // unit, x).items():
            insert(db, "allocation", run=run, factor=name, school_code=code, x=x[code], quota_units=q, remainder=str(r),
                   rank=k, extra=e, amount_fen=(q + e) * unit)
            totals[code] += (q + e) * unit
    for code, amount in totals.items():
        insert(db, "allocation_total", run=run, school_code=code, uncapped_fen=amount, adjusted_fen=0, bound="",
               amount_fen=amount)
    assert sum(totals.values()) == pool_fen


def fill_reference(db, text):
    sha = hashlib.sha256(b"x").hexdigest()
    db.execute("INSERT INTO batch VALUES('2021-1',2021,1,?,?,?,18761,18772,1622016000,18774,18775,18778,1,800000,?)",
               (text("document", "鄂教职成办函〔2021〕7号"), text("title", "关于做好2021年1+X证书制度试点工作的通知"), AS_OF, sha))
    db.executemany("INSERT INTO release_batch_policy VALUES(?,?)", [(1, "closed"), (2, "closed"), (3, "main"), (4, "main")])
    for position, identifier in enumerate(["base", "wide"], 1):
        insert(db, "scenario", id=identifier, position=position, title=text("scenario", "基本方案") + str(position),
               pool_fen=1000000000, unit_fen=10000, newcomer_ppm=500000)
        for k, (name, _, weight) in enumerate(FACTORS, 1):
            insert(db, "scenario_factor", scenario=identifier, factor=name, position=k, weight_ppm=weight)
        for level, coefficient in ((1, 100), (2, 120), (3, 150)):
            insert(db, "scenario_level", scenario=identifier, level=level, coefficient_hundredths=coefficient)
        insert(db, "scenario_kind", scenario=identifier, school_kind=1)
    for rule, case, severity in RULES:
        insert(db, "rule", rule=rule, rule_case=case, title=text("rule title", "提交时间"), clause="四.4",
               sentence=text("sentence", "平台填报截至日期为5月25日零点。"), subject="application", severity=severity,
               default_severity=severity, sha256=sha, checked=12, fired=1)


def fill(path, text=lambda field, plain: plain, applications=24, schools=6, basis_refused=None):
    """`text(field, plain)` gives the text to store for a field of users' texts."""
    db = create(path)
    term = Terms(db)
    sha = hashlib.sha256(b"x").hexdigest()
    fill_reference(db, text)
    for position, (file, sheet, dataset) in enumerate((("申报.csv", "", "application"), ("杂.xlsx", "表1", "")), 1):
        insert(db, "source", id=position, file=text("file", file), sha256=sha, bytes=10, sheet=text("sheet", sheet) if sheet else "",
               sheet_position=1, hidden=0, form="csv", dataset=dataset, encoding="GB18030" if dataset else "",
               separator=",", heading_row=1 if dataset else None, reason=text("reason", "标题行完全相符"), dropped="",
               seen=applications + 1, accepted=applications if dataset else 0, held=0, rejected=0,
               skipped=1 if dataset else applications + 1)
    for code in (420100, 420300):
        insert(db, "region", id=code, source=1, row=1, region_code=code, region_name=term(text("region", "武汉市") if code == 420100 else "十堰市"))
    codes = [4142010000 + 17 * i for i in range(schools)]
    for i, code in enumerate(codes):
        city = i % 3 == 2
        insert(db, "school", id=i + 1, source=1, row=i + 2, school_code=code, school_name=term(text("school", "职业学院") + str(i)),
               school_kind=3 if city else 1, affiliation=2 if city else 1, reviewing_region=420300 if city else None,
               location_region=420300 if city else 420100)
        insert(db, "school_path", school_code=code, school_id=i + 1, school_kind=3 if city else 1,
               path="city" if city else "province", unit=420300 if city else None)
    insert(db, "certificate_ref", id=1, certificate_name=term(text("certificate", "Web前端开发")), issuer=term(text("issuer", "工业和信息化部教育与考试中心")),
           unit=term(text("certificate", "Web前端开发")), certificate=term("100001"))
    insert(db, "certificate", id=1, source=1, row=2, certificate_code=term("100001"), certificate_ref=1, release_batch=3, level=1, exam_form=2)
    insert(db, "major_ref", id=1, major_code="610201K", major_name=term(text("major", "计算机应用技术")), major_level=1, base_code=610201, canonical=1)
    tally = {}
    for i in range(1, applications + 1):
        code, outcome = codes[i % schools], OUTCOMES[i % 5]
        number = text("application_no", "SB") + f"{i:04d}"
        declared, approved = 10 * i, 10 * i - 1 if outcome == "通过" else None
        insert(db, "application", id=i, source=1, row=i + 1, record=i, application_no=number, account=term(text("account", "user")),
               school_code=code, school_name=term(text("school", "职业学院") + str(codes.index(code))), certificate_ref=1, level=i % 3 + 1, major_ref=1,
               enrolled=100, pilot_students=50, declared=declared, is_new_unit=1, fee=35000, fee_date=18750,
               fee_paid_students=50, graduation_condition=0, voluntary=1, plan_file=text("plan", "方案.pdf"),
               agreement_file=text("agreement", "协议.pdf"), department=term(text("department", "教务处")), leader=term(text("leader", "张三")),
               contact=text("contact", "李四"), telephone="027-87328019", submitted=1621000000, remark=text("remark", "无"))
        insert(db, "outcome", application=i, outcome=outcome, declared=declared, first_review=None, approved=approved)
        insert(db, "review_of", application=i)
        tally.setdefault(code, []).append((outcome, declared, approved or 0, i % 3 + 1))
        if outcome in ("退回", "待研判", "不符合"):
            rule, case, severity = {"退回": RULES[0], "待研判": RULES[1], "不符合": RULES[4]}[outcome]
            insert(db, "finding", rule=rule, rule_case=case, severity=severity, clause="四.4", dataset="application",
                   row_id=i, record_key=number, application_no=number, school_code=str(code), source=1, row=i + 1,
                   place="AH", raw=text("raw", "2021-05-26"), understood=text("understood", "2021-05-26"),
                   allowed=text("allowed", "早于5月26日"), message=text("message", "提交时间已过截止时间，请说明情况。"), settled=0, weight=severity)
    insert(db, "finding", rule="R09", rule_case="", severity="note", clause="二", dataset="batch", record_key="2021-1",
           message=text("message", "各类学校申报占比"), settled=0, weight="note")
    fill_counts(db, text, codes, tally)
    for position, (run, basis) in enumerate((("base", "final"), ("base-provisional", "provisional"), ("wide", "final")), 1):
        refused = text("refused", "没有核定人数") if run == "wide" else None
        insert(db, "scenario_run", run=run, scenario=run.split("-")[0], basis=basis, position=position, schools=schools, refused=refused)
        if not refused:
            allocate(db, run, codes)
    db.commit()
    db.close()
    return codes


def fill_counts(db, text, codes, tally):
    def sums(rows):
        by = lambda o: sum(r[0] == o for r in rows)
        return dict(applications=len(rows), recommended=by("建议通过"), approved_applications=by("通过"), returned=by("退回"),
                    rejected=by("不符合"), under_review=by("待研判"), declared=sum(r[1] for r in rows), first_review=0,
                    approved=sum(r[2] for r in rows))

    def levels(rows):
        return {name: sum(r[2] for r in rows if r[3] == k)
                for k, name in ((1, "approved_junior"), (2, "approved_intermediate"), (3, "approved_senior"))}
    units = {}
    for i, code in enumerate(codes):
        unit = "420300" if i % 3 == 2 else "province"
        rows = tally.get(code, [])
        units.setdefault(unit, []).append(rows)
        insert(db, "school_count", school_code=str(code), school_name=text("school", "职业学院") + str(i), school_kind="中职" if i % 3 == 2 else "高职高专",
               reviewing_unit=unit, certificates=1, **sums(rows), **levels(rows))
    everything = [row for rows in tally.values() for row in rows]
    for unit, lists in units.items():
        rows = [row for some in lists for row in some]
        insert(db, "region_count", reviewing_unit=unit, unit_name="十堰市" if unit != "province" else "省直报", schools=len(lists),
               certificates=1, **sums(rows), **levels(rows))
    for level, name in ((1, "初级"), (2, "中级"), (3, "高级")):
        rows = [r for r in everything if r[3] == level]
        insert(db, "certificate_count", certificate_code="100001", certificate_name=text("certificate", "Web前端开发"), release_batch=3,
               level=name, schools=len(codes), **sums(rows))
    insert(db, "release_count", release_batch=3, schools=len(codes), **sums(everything))
    insert(db, "kind_count", school_kind="高职高专", schools=len(codes), **sums(everything))
    insert(db, "major_count", major_code="610201K", major_name=text("major", "计算机应用技术"), major_level="高职专科", schools=len(codes), **sums(everything))
    insert(db, "crosscheck", position=1, title="申报条数", left_name="试点申报", left_value=len(everything), right_name="各校之和", right_value=len(everything))


if __name__ == "__main__":
    import sys
    os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
    fill(sys.argv[1])
