"""The datasets' fields, and how one cell becomes a typed value."""
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

BLANK = '\u200b\u200c\u200d\u2060\ufeff\u180e'
SPACE = re.compile('[\\s' + BLANK + ']+')
LEVELS = ['初级', '中级', '高级']
KINDS = ['高职高专', '职业本科', '中职', '应用型本科', '普通本科', '技工学校']
FORMS = ['纸笔考试', '机考', '一般实操考试', '特殊实操考试']
TAGS = {'XXDM': 'school_code', 'XXMC': 'school_name', 'ZSMC': 'certificate_name',
        'FZJGMC': 'issuer', 'ZSDJ': 'level', 'ZYM': 'major_code',
        'LXDH': 'telephone', 'DZXX': 'email', 'XZQHM': 'region_code'}


class Field:
    def __init__(self, key, heading, kind, required=False, **more):
        self.key, self.heading, self.kind, self.required = key, heading, kind, required
        self.values = more.get('values')
        self.digits = more.get('digits')
        self.low, self.high = more.get('low', 0), more.get('high')
        self.longest = more.get('longest', 200)
        self.aliases = list(more.get('aliases', ()))
        self.suffix = more.get('suffix', False)


def code(key, heading, digits, required=True, **more):
    return Field(key, heading, 'code', required, digits=digits, **more)


def ident(key, heading, required=True, **more):
    return Field(key, heading, 'ident', required, **more)


def text(key, heading, required=True, **more):
    return Field(key, heading, 'text', required, **more)


def enum(key, heading, values, required=True, **more):
    return Field(key, heading, 'enum', required, values=values, **more)


def whole(key, heading, required=True, **more):
    return Field(key, heading, 'int', required, **more)


def of(kind):
    def make(key, heading, required=True, **more):
        return Field(key, heading, kind, required, **more)
    return make


money, day, instant, yes, hexa, credit = (of(k) for k in
                                          ('money', 'date', 'instant', 'bool', 'hex', 'credit'))


def level():
    return enum('level', '等级', LEVELS)


DATASETS = {
    'region': [code('region_code', '行政区划码', 6), text('name', '市州名称'),
               text('other', '别名', False)],
    'school': [code('school_code', '学校标识码', 10, aliases=['院校标识码']),
               text('school_name', '学校名称', aliases=['院校名称']),
               text('former', '曾用名', False), enum('kind', '学校类型', KINDS),
               enum('affiliation', '隶属', ['省属', '市州属', '部委属']),
               code('city', '主管市州', 6, False), code('seat', '所在市州', 6),
               credit('credit', '统一社会信用代码', False)],
    'certificate': [ident('certificate_code', '证书代码'),
                    text('certificate_name', '证书名称'), text('issuer', '培训评价组织'),
                    whole('release', '公布批次', low=1, high=4), level(),
                    enum('form', '考核形式', FORMS),
                    enum('status', '状态', ['有效', '停用'], False)],
    'fee_ceiling': [enum('form', '考核形式', FORMS), level(), money('ceiling', '上限(元/人)'),
                    whole('year', '适用年度', False), text('basis', '依据文件')],
    'major': [enum('edition', '目录版本', ['2020旧目录', '2021新目录']),
              enum('major_level', '层次', ['高职专科', '高职本科', '中职', '本科']),
              code('major_code', '专业代码', 6, suffix=True), text('major_name', '专业名称'),
              code('old_code', '对应旧专业代码', 6, False, suffix=True)],
    'account': [ident('account', '注册账号'), code('school_code', '学校标识码', 10),
                text('school_name', '学校名称'), credit('credit', '统一社会信用代码', False),
                instant('registered', '注册时间')],
    'application': [
        ident('application_no', '申报编号'), ident('account', '注册账号'),
        code('school_code', '学校标识码', 10), text('school_name', '学校名称'),
        text('certificate_name', '证书名称'), text('issuer', '培训评价组织'), level(),
        code('major_code', '专业代码', 6, suffix=True), text('major_name', '专业名称'),
        enum('major_level', '专业层次', ['高职专科', '高职本科', '中职', '本科']),
        whole('enrolled', '在校生数'), whole('pilot_students', '参与试点学生数'),
        whole('declared', '拟考证人数', aliases=['2021年度拟考证人数', '计划人数']),
        whole('carried_over', '其中沿用2020年计划人数', False),
        yes('is_new_unit', '是否新增试点'), money('fee', '考核费用标准(元/人)'),
        day('fee_date', '费用确定日期'), money('agreed_fee', '协议约定费用(元/人)', False),
        whole('fee_paid_students', '学校承担考核费人数'),
        money('training_fee', '向学生收取培训费(元/人)', False),
        yes('graduation_condition', '是否作为毕业条件'), yes('voluntary', '学生自愿'),
        whole('trained_teachers', '参训教师数', False), text('plan_file', '试点工作方案'),
        hexa('plan_digest', '方案文件摘要', False), whole('plan_pages', '方案页数', False),
        text('agreement_file', '合作协议'), hexa('agreement_digest', '协议文件摘要', False),
        day('agreement_date', '协议签订日期', False), text('agreement_party', '协议签约方', False),
        day('pilot_start', '试点开始日期', False), text('department', '统筹管理部门'),
        text('leader', '负责人'), text('contact', '联系人'), text('telephone', '联系电话'),
        text('email', '电子邮箱', False), instant('submitted', '提交时间'),
        text('remark', '备注', False, longest=1000)],
    'approval': [code('school_code', '学校标识码', 10), text('certificate_name', '证书名称'),
                 text('issuer', '培训评价组织', False), whole('year', '年度'),
                 whole('approved', '获批人数'), whole('carry', '申请沿用人数', False)],
    'city_review': [code('unit', '初审单位', 6), ident('application_no', '申报编号'),
                    enum('conclusion', '初审结论', ['同意', '退回', '不同意']),
                    whole('number', '初审人数', False), day('date', '初审日期'),
                    text('opinion', '初审意见', False, longest=1000)],
    'performance': [whole('year', '年度'), code('school_code', '学校标识码', 10),
                    text('certificate_name', '证书名称'), text('issuer', '培训评价组织', False),
                    level(), whole('trained', '培训人数'), whole('examined', '考核人数'),
                    whole('passed', '取证人数'), yes('settled', '考核费是否结清')],
    'assessment': [ident('candidate', '报名号'), code('school_code', '学校标识码', 10),
                   text('certificate_name', '证书名称'), text('issuer', '培训评价组织', False),
                   level(), day('date', '考核日期'),
                   enum('result', '结果', ['通过', '未通过', '缺考']),
                   ident('certificate_no', '证书编号', False)],
    'published': [whole('year', '年度'), whole('batch', '批次'),
                  code('school_code', '学校标识码', 10), text('certificate_name', '证书名称'),
                  text('issuer', '培训评价组织', False), level(),
                  code('major_code', '专业代码', 6, suffix=True),
                  whole('approved', '核定人数', False)],
    'complaint': [text('issuer', '培训评价组织'),
                  enum('type', '类型', ['捆绑销售', '高收费', '其他']),
                  enum('grade', '情节', ['一般', '恶劣']), day('date', '日期')],
    'decision': [ident('application_no', '申报编号'), ident('rule', '规则编号', False),
                 enum('decision', '决定', ['通过', '退回', '不通过', '豁免']),
                 whole('number', '核定人数', False), text('reason', '理由', longest=1000),
                 text('reviewer', '审核人'), day('date', '审核日期'), hexa('digest', '行摘要', digits=64)],
}
KEYS = {
    'region': ['region_code'], 'school': ['school_code'],
    'certificate': ['certificate_code', 'level'], 'fee_ceiling': ['form', 'level'],
    'major': ['edition', 'major_level', 'major_code'], 'account': ['account'],
    'application': ['application_no'],
    'approval': ['school_code', 'certificate_name', 'year'],
    'city_review': ['unit', 'application_no'],
    'performance': ['year', 'school_code', 'certificate_name', 'level'],
    'assessment': ['candidate', 'date'],
    'published': ['year', 'batch', 'school_code', 'certificate_name', 'level', 'major_code'],
    'complaint': ['issuer', 'date'], 'decision': ['application_no', 'rule', 'date'],
}
PERSONS = ('姓名', '身份证', '证件号')


def fold_heading(s):
    return SPACE.sub('', unicodedata.normalize('NFKC', s))


def heading_map(ds):
    found = {}
    for f in DATASETS[ds]:
        for h in [f.heading] + f.aliases:
            found[fold_heading(h)] = f.key
            found[re.sub(r'\([^()]*\)$', '', fold_heading(h))] = f.key
    for tag, key in TAGS.items():
        if any(f.key == key for f in DATASETS[ds]):
            found[tag] = key
    return found


HEADINGS = {ds: heading_map(ds) for ds in DATASETS}

ERRORS = {'#N/A', '#REF!', '#VALUE!', '#DIV/0!', '#NAME?', '#NUM!', '#NULL!'}
CREDIT = '0123456789ABCDEFGHJKLMNPQRTUWXY'
WEIGHT = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]


def credit_check(s):
    return CREDIT[(31 - sum(CREDIT.index(c) * w for c, w in zip(s, WEIGHT)) % 31) % 31]


def strip(s):
    return re.sub('^[\\s' + BLANK + ']+|[\\s' + BLANK + ']+$', '', s)


def squeeze(s):
    """A number or code: one width, no white space, no text prefix."""
    s = SPACE.sub('', unicodedata.normalize('NFKC', s))
    return s[1:] if s.startswith("'") else s


class Bad(Exception):
    pass


def cell_text(cell):
    kind, value = cell[0], cell[1]
    return value if kind != 'd' else str(value)


def is_empty(cell):
    return cell is None or (cell[0] == 't' and strip(cell[1]).lstrip("'") == '')


def read_day(s):
    m = (re.fullmatch(r'(\d{4})([-/.])(\d{1,2})\2(\d{1,2})', s)
         or re.fullmatch(r'(\d{4})(年)(\d{1,2})月(\d{1,2})日', s)
         or re.fullmatch(r'(\d{4})()(\d\d)(\d\d)', s))
    if not m:
        raise Bad('F02')
    try:
        return date(int(m[1]), int(m[3]), int(m[4]))
    except ValueError:
        raise Bad('F02')


def read_moment(s):
    """(day, time or None, zone or None) of a written date."""
    s = strip(unicodedata.normalize('NFKC', s).lstrip("'"))
    zone = None
    m = re.search(r'(Z|[+-]\d\d:?\d\d)$', s)
    if m and ':' in s[:m.start()]:
        z = m[1]
        s = s[:m.start()].strip()
        if z == 'Z':
            zone = timezone.utc
        else:
            minutes = int(z[1:3]) * 60 + int(z[-2:])
            zone = timezone(timedelta(minutes=minutes if z[0] == '+' else -minutes))
    m = re.search(r'(?:[T\s]|(?<=日))\s*(上午|下午)?\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$', s)
    when = None
    if m:
        h, mi, se = int(m[2]), int(m[3]), int(m[4] or 0)
        if m[1] == '下午' and h < 12:
            h += 12
        if h > 23 or mi > 59 or se > 59:
            raise Bad('F02')
        when = (h, mi, se)
        s = s[:m.start()]
    return read_day(SPACE.sub('', s)), when, zone


def serial_moment(serial, base1904):
    base = datetime(1904, 1, 1) if base1904 else datetime(1899, 12, 30)
    seconds = int((Decimal(serial) * 86400).quantize(Decimal(1), rounding='ROUND_HALF_UP'))
    if not base1904 and Decimal(serial) < 60:
        base = datetime(1899, 12, 31)
    return base + timedelta(seconds=seconds)


def number(s, decimals):
    """A plain written number as Decimal, or the finding."""
    s = squeeze(s)
    if re.fullmatch(r'-?\d{1,3}(,\d{3})+(\.\d+)?', s):
        s = s.replace(',', '')
    m = re.fullmatch(r'-?\d+(\.\d+)?', s)
    if not m:
        if re.fullmatch(r'[^\d]*\d[\d,]*(\.\d+)?[^\d]*', s) and re.search(r'[^\W\d_]', s) \
                and not re.fullmatch(r'[\d.]+[eE][+-]?\d+', s):
            raise Bad('F09')
        raise Bad('F02')
    if m[1] and len(m[1]) - 1 > decimals:
        raise Bad('F02')
    value = Decimal(s)
    if value < 0:
        raise Bad('F05')
    return value


def read_cell(f, cell):
    """The typed value; None for an empty cell; Bad(code) for one that cannot be read."""
    if is_empty(cell):
        return None
    kind, raw = cell[0], cell[1]
    if kind == 'e' or (kind == 't' and strip(unicodedata.normalize('NFKC', raw)) in ERRORS):
        raise Bad('F07')
    if kind == 't' and squeeze(raw) in ('同上', '〃'):
        raise Bad('F02')
    if f.kind == 'text':
        s = strip(raw)
        if len(s) > f.longest:
            raise Bad('F06')
        return s
    if f.kind in ('date', 'instant'):
        if kind == 'd':
            moment = serial_moment(raw, cell[3])
            if f.kind == 'date':
                return moment.strftime('%Y-%m-%d')
            if not cell[2] and moment.time() == datetime.min.time():
                raise Bad('F02')
            return moment.strftime('%Y-%m-%dT%H:%M:%S')
        d, when, zone = read_moment(raw)
        if f.kind == 'date':
            return d.isoformat()
        if when is None:
            raise Bad('F02')
        moment = datetime(d.year, d.month, d.day, *when)
        if zone is not None:
            moment = moment.replace(tzinfo=zone).astimezone(timezone(timedelta(hours=8)))
        return moment.strftime('%Y-%m-%dT%H:%M:%S')
    if f.kind == 'int':
        if kind == 'n' and re.fullmatch(r'-?\d+\.0*', raw):
            raw = raw.split('.')[0]
        value = int(number(raw, 0))
        if value < f.low or (f.high is not None and value > f.high):
            raise Bad('F05')
        return value
    if f.kind == 'money':
        return int(number(raw, 2) * 100)
    s = squeeze(raw)
    if f.kind == 'bool':
        up = s.upper()
        if up in ('是', '1', 'Y', '√', 'TRUE'):
            return 1
        if up in ('否', '0', 'N', '×', 'FALSE'):
            return 0
        raise Bad('F02')
    if f.kind == 'enum':
        if f.key == 'level' and s in ('1', '2', '3'):
            return LEVELS[int(s) - 1]
        if s in f.values:
            return s
        raise Bad('F03')
    if re.fullmatch(r'\d(\.\d+)?[eE]\+?\d+', s) and f.kind != 'hex':
        raise Bad('F08')
    if f.kind == 'code':
        bare = re.fullmatch(r'(\d+)(K|T|TK)?', s) if f.suffix else re.fullmatch(r'(\d+)()', s)
        if not bare:
            raise Bad('F04')
        if len(bare[1]) == f.digits - 1 and not bare[2]:
            raise Bad('F08')
        if len(bare[1]) != f.digits:
            raise Bad('F04')
        return s
    if f.kind == 'hex':
        if not re.fullmatch(r'[0-9a-fA-F]+', s) or f.digits not in (None, len(s)):
            raise Bad('F04')
        return s.lower()
    if f.kind == 'credit':
        s = s.upper()
        if len(s) != 18 or any(c not in CREDIT for c in s):
            raise Bad('F04')
        if credit_check(s[:17]) != s[17]:
            raise Bad('F10')
        return s
    if len(s) > f.longest:
        raise Bad('F06')
    return s


def fold(name):
    """A name as it is compared."""
    if name is None:
        return None
    s = SPACE.sub('', unicodedata.normalize('NFKC', name)).casefold()
    s = re.sub(r'[()\[\]{}【】〔〕〈〉《》「」『』]', '', s)
    s = re.sub('职业技能等级证书$', '', s)
    return '建筑信息模型' if s == '建筑信息模型bim' else s


def canonical(f, value):
    if value is None:
        return ''
    if f.kind == 'money':
        return '%d.%02d' % divmod(value, 100)
    if f.kind == 'bool':
        return '是' if value else '否'
    return str(value)
