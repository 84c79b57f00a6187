-- batch.db: the contract between the stages.
--
-- One file holds a batch from its typed rows to its amounts. Each table has one
-- writer, named in the heading of its part; every later stage only reads it (the
-- authorizer of common/database.h enforces this). Everything here can be made
-- again from the raw inputs and notice.xml.
--
-- Units: money in fen, shares and progress in millionths, days since 1970-01-01,
-- instants in seconds since 1970-01-01T00:00:00 of the clock at +08:00 (so that
-- instant / 86400 is its day; stock SQL shows it with datetime(x,'unixepoch')).
--
-- ---------------------------------------------------------------------------
-- Dataset tables (writer: onex-ingest). They are not spelled out here: each
-- schemas/<dataset>.xsd becomes a table <dataset> with
--
--   id      INTEGER PRIMARY KEY   in source order: file path (bytes), sheet, row
--   source  INTEGER   source.id
--   row     INTEGER   spreadsheet row; CSV: physical line on which the record
--                     begins; XML: line of the record's element
--   record  INTEGER   ordinal of the record in its sheet, every line counted
--   byte_offset INTEGER  CSV and XML: where the record begins, else NULL
--   unknown INTEGER   bit k set: field k (schema order from 0) has a field
--                     finding (or is the level of a spread row without numbers);
--                     its value is NULL and no rule may judge it.
--                     unknown <> 0: the record is held
--
-- then one column per field in schema order, stored by kind (schemas/types.xsd):
--   text longText identifier majorCode creditCode digest rowDigest   TEXT
--   code6 code10 count   INTEGER        money   INTEGER fen
--   day instant          INTEGER        yesNo   INTEGER 1/0
--   an enumeration       INTEGER, 1-based position in its list (table enumeration)
-- except: a field with dictionary="yes" is an INTEGER term.id; and the fields of a
-- group stand in <group>_ref once, the row holding one INTEGER <group>_ref.
-- For each field, grouped ones too, a virtual column <field>_unknown is its bit.
-- So an optional field is empty where it IS NULL AND NOT <field>_unknown.
-- Records identical in every typed field are stored once (table repetition).
-- View <dataset>_text shows every field as canonical text.

-- ---------------------------------------------------------------------------
-- The notice (writer: onex-ingest, from notice.xml)

CREATE TABLE batch(                -- one row
  id TEXT NOT NULL,                -- '2021-1'
  year INTEGER NOT NULL,
  number INTEGER NOT NULL,         -- which batch of the year, from 1
  document TEXT NOT NULL,          -- 鄂教职成办函〔2021〕7号
  title TEXT NOT NULL,
  as_of INTEGER NOT NULL,          -- day of judgement
  filing_opens INTEGER NOT NULL,   -- day: first day of filing
  disputed_day INTEGER NOT NULL,   -- day: the deadline's disputed day
  late_from INTEGER NOT NULL,      -- instant: late from here on
  city_review_until INTEGER NOT NULL,    -- day, inclusive
  province_review_from INTEGER NOT NULL, -- day, inclusive
  province_review_until INTEGER NOT NULL,-- day, inclusive
  catalogue INTEGER NOT NULL,      -- major.catalogue that counts
  share_threshold_ppm INTEGER NOT NULL,  -- R07b, millionths of 在校生数
  notice_sha256 TEXT NOT NULL
);
CREATE TABLE release_batch_policy( -- 四.4: which certificate batches are mainly meant
  release_batch INTEGER PRIMARY KEY,
  standing TEXT NOT NULL           -- 'main' (第三、四批) or 'closed' (原则上不再新增)
);
CREATE TABLE review_path(          -- path of a 中职 by affiliation
  affiliation INTEGER PRIMARY KEY, -- school.affiliation
  path TEXT NOT NULL               -- 'city' or 'direct'
);
CREATE TABLE severity_change(rule TEXT, rule_case TEXT, severity TEXT, line INTEGER,
  PRIMARY KEY(rule, rule_case));
CREATE TABLE scenario(             -- allocation scenarios, in notice order
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  pool_fen INTEGER NOT NULL,
  unit_fen INTEGER NOT NULL,       -- unit of allocation
  newcomer_ppm INTEGER NOT NULL,   -- progress of a school without 获批
  floor_fen INTEGER,               -- per school, or NULL
  cap_fen INTEGER                  -- per school, or NULL
);
CREATE TABLE scenario_factor(scenario TEXT, factor TEXT, position INTEGER,
  weight_ppm INTEGER NOT NULL,     -- at most four decimals: a multiple of 100
  PRIMARY KEY(scenario, factor));
CREATE TABLE scenario_level(scenario TEXT, level INTEGER,
  coefficient_hundredths INTEGER NOT NULL, PRIMARY KEY(scenario, level));
CREATE TABLE scenario_kind(scenario TEXT, school_kind INTEGER, PRIMARY KEY(scenario, school_kind));

-- ---------------------------------------------------------------------------
-- What the schemas say, and the sources (writer: onex-ingest)

CREATE TABLE dataset(id INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT,
  present INTEGER NOT NULL);       -- 1: some source was recognised as it
CREATE TABLE field(dataset TEXT, position INTEGER, name TEXT, heading TEXT, kind TEXT,
  unit TEXT, required INTEGER, is_key INTEGER, PRIMARY KEY(dataset, position));
CREATE TABLE enumeration(dataset TEXT, field TEXT, position INTEGER, text TEXT,
  PRIMARY KEY(dataset, field, position));

CREATE TABLE source(               -- a sheet of a file, or the file itself
  id INTEGER PRIMARY KEY,          -- in source order
  file TEXT NOT NULL,              -- path relative to inbox/
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sheet TEXT NOT NULL,             -- '' for CSV and XML
  sheet_position INTEGER NOT NULL, -- from 1
  hidden INTEGER NOT NULL,
  form TEXT NOT NULL,              -- 'csv', 'xlsx', 'xls', 'xml' or ''
  dataset TEXT NOT NULL,           -- '' where none was recognised
  encoding TEXT NOT NULL,          -- CSV and XML: 'UTF-8', 'GB18030', 'UTF-16LE', …
  separator TEXT NOT NULL,         -- CSV: ',', ';' or a tab
  epoch INTEGER,                   -- spreadsheets: 1900 or 1904
  heading_row INTEGER,             -- the (first) heading row
  reason TEXT NOT NULL,            -- why this dataset, in Chinese
  dropped TEXT NOT NULL,           -- personal columns that were dropped, joined by 、
  seen INTEGER NOT NULL, accepted INTEGER NOT NULL, held INTEGER NOT NULL,
  rejected INTEGER NOT NULL, skipped INTEGER NOT NULL,
  CHECK(seen = accepted + held + rejected + skipped)
);
CREATE TABLE source_column(        -- where a field stands in a source
  source INTEGER, field TEXT, variant INTEGER, -- 0, or the level of a spread column
  place TEXT NOT NULL,             -- column letter, or the element's path
  PRIMARY KEY(source, field, variant)) WITHOUT ROWID;
CREATE TABLE raw_text(             -- cells whose text is not their value's canonical text
  dataset INTEGER, row_id INTEGER, field INTEGER, text TEXT,
  PRIMARY KEY(dataset, row_id, field)) WITHOUT ROWID;
CREATE TABLE repetition(           -- identical records that do not count
  dataset TEXT, kept INTEGER,      -- the row that counts
  source INTEGER, row INTEGER);

CREATE TABLE term(                 -- a recurring text (a name, an account), once
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  folded INTEGER NOT NULL,         -- first term whose folded text is the same: names
                                   -- are equal where these are
  folded_text TEXT NOT NULL);      -- NFKC, case folded, no white space, no brackets, …
CREATE TABLE certificate_ref(      -- a certificate as some record names it
  id INTEGER PRIMARY KEY,
  certificate_name INTEGER,        -- term.id or NULL
  issuer INTEGER,                  -- term.id or NULL
  unit INTEGER,                    -- term.folded of the name: with the school, the unit
  certificate INTEGER);            -- term.id of the 证书代码 it means, or NULL
CREATE TABLE major_ref(            -- a major as some record names it
  id INTEGER PRIMARY KEY,
  major_code TEXT, major_name INTEGER, major_level INTEGER,
  base_code INTEGER,               -- the six digits, without K, T or TK
  canonical INTEGER);              -- first ref with the same base code, folded name and level
CREATE TABLE assessment_twin(      -- attempts that share a registration or certificate number
  kind TEXT NOT NULL,              -- 'registration' or 'certificate_no'
  id INTEGER NOT NULL,             -- assessment.id
  first INTEGER NOT NULL,          -- smallest assessment.id of the same number
  PRIMARY KEY(kind, id)) WITHOUT ROWID;

CREATE TABLE assessment_group(     -- attempts by what tells groups apart (R18, R48): those of
                                   -- which all four are known, counted while they are read
  school_code INTEGER, certificate_ref INTEGER, level INTEGER,
  year INTEGER,                    -- calendar year of exam_date
  records INTEGER NOT NULL,
  examined INTEGER NOT NULL,       -- attempts 通过 or 未通过 (one person's retakes count each)
  passed INTEGER NOT NULL,         -- attempts 通过
  first INTEGER NOT NULL,          -- smallest assessment.id
  PRIMARY KEY(school_code, certificate_ref, level, year)) WITHOUT ROWID;

CREATE TABLE ingest_finding(       -- field findings (F) and source findings (S)
  id INTEGER PRIMARY KEY,
  rule TEXT NOT NULL,              -- F01…F10, S01…S10
  source INTEGER NOT NULL,
  dataset TEXT NOT NULL,
  row_id INTEGER,                  -- of the dataset table; NULL for a rejected record or a source
  record_key TEXT NOT NULL,
  application_no TEXT,             -- of applications, city reviews and decisions
  school_code TEXT,
  row INTEGER, place TEXT,         -- row and column in the source
  field TEXT,
  raw TEXT, understood TEXT, allowed TEXT, message TEXT NOT NULL);

-- ---------------------------------------------------------------------------
-- Findings and outcomes (writer: onex-validate)

CREATE TABLE rule(                 -- the catalogue: one row per rule and case
  rule TEXT, rule_case TEXT,
  title TEXT, clause TEXT, sentence TEXT, subject TEXT,
  severity TEXT NOT NULL,          -- in force: 'note', 'review', 'return' or 'reject'
  default_severity TEXT NOT NULL,
  sha256 TEXT,                     -- of the rule's file
  checked INTEGER,                 -- records of its subject
  fired INTEGER,                   -- findings of this case
  PRIMARY KEY(rule, rule_case));
CREATE TABLE school_path(          -- who reviews a school (四.2)
  school_code INTEGER PRIMARY KEY,
  school_id INTEGER NOT NULL,      -- school.id
  school_kind INTEGER,
  path TEXT NOT NULL,              -- 'city': 中职 reviewed by a city; 'direct': 中职
                                   -- straight to the province; 'province': all others
  unit INTEGER);                   -- region code of the reviewing city where path is 'city'
CREATE TABLE near_certificate(     -- nearest names for a ref that resolves to nothing
  ref INTEGER, certificate INTEGER, certificate_name INTEGER, distance INTEGER,
  PRIMARY KEY(ref, certificate)) WITHOUT ROWID;
CREATE TABLE ambiguous_application(-- R44: numbers on applications that differ
  application_no TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE reviewed_application( -- what a city review attaches to; none where its number is unknown or ambiguous
  review INTEGER PRIMARY KEY,      -- city_review.id
  application INTEGER NOT NULL,    -- application.id
  school_code INTEGER, submitted INTEGER); -- of the application
CREATE TABLE review_of(            -- the latest city review of an application, held ones included
  application INTEGER PRIMARY KEY, -- application.id
  latest INTEGER,                  -- city_review.id by any unit
  latest_of_unit INTEGER);         -- city_review.id by the unit on the school's path
CREATE TABLE decision_state(
  decision INTEGER PRIMARY KEY,    -- decision.id
  application INTEGER,             -- application.id, NULL: unknown or ambiguous
  state TEXT NOT NULL);            -- 'valid' (the latest one, it counts), 'superseded',
                                   -- 'void', 'held', 'unknown', 'ambiguous'
CREATE TABLE finding(
  id INTEGER PRIMARY KEY,          -- by rule, case, dataset, record key, place
  rule TEXT NOT NULL, rule_case TEXT NOT NULL,
  severity TEXT NOT NULL, clause TEXT NOT NULL,
  dataset TEXT NOT NULL,           -- 'batch' for the batch; '' for an unrecognised source
  row_id INTEGER,                  -- subject in its dataset table
  record_key TEXT NOT NULL,
  application_no TEXT,             -- what it weighs on
  school_code TEXT,
  source INTEGER, row INTEGER, place TEXT,
  raw TEXT, understood TEXT, allowed TEXT, message TEXT NOT NULL,
  settled INTEGER NOT NULL,        -- 1: a decision settled it
  weight TEXT NOT NULL);           -- its severity after decisions
CREATE TABLE outcome(
  application INTEGER PRIMARY KEY, -- application.id
  outcome TEXT NOT NULL,           -- 不符合 退回 待研判 建议通过 通过
  declared INTEGER,                -- 申报
  first_review INTEGER,            -- 初审
  approved INTEGER,                -- 核定
  decision INTEGER);               -- decision.id of the whole decision that counts

-- ---------------------------------------------------------------------------
-- Counts and allocations (writer: onex-transform). It also makes the views of
-- transform/views here, which its counts and measures read, so that each of those
-- files runs in the stock sqlite3 shell.

CREATE TABLE school_count(
  school_code TEXT PRIMARY KEY,    -- '' for unreadable codes
  school_name TEXT, school_kind TEXT,
  reviewing_unit TEXT,             -- region code, 'province', or '' where the school is unknown
  applications INTEGER, recommended INTEGER, approved_applications INTEGER,
  returned INTEGER, rejected INTEGER, under_review INTEGER, certificates INTEGER,
  declared INTEGER, first_review INTEGER, approved INTEGER,
  approved_junior INTEGER, approved_intermediate INTEGER, approved_senior INTEGER);
CREATE TABLE certificate_count(
  certificate_code TEXT,           -- '' where R01 could not resolve it
  certificate_name TEXT,           -- registered name; of an unresolved one its folded name
  release_batch INTEGER, level TEXT,
  schools INTEGER, applications INTEGER,
  recommended INTEGER, approved_applications INTEGER, returned INTEGER, rejected INTEGER, under_review INTEGER,
  declared INTEGER, first_review INTEGER, approved INTEGER,
  PRIMARY KEY(certificate_code, certificate_name, level));
CREATE TABLE region_count(
  reviewing_unit TEXT PRIMARY KEY, unit_name TEXT, schools INTEGER,
  applications INTEGER, recommended INTEGER, approved_applications INTEGER,
  returned INTEGER, rejected INTEGER, under_review INTEGER, certificates INTEGER,
  declared INTEGER, first_review INTEGER, approved INTEGER,
  approved_junior INTEGER, approved_intermediate INTEGER, approved_senior INTEGER);
CREATE TABLE kind_count(
  school_kind TEXT PRIMARY KEY, schools INTEGER,
  applications INTEGER, recommended INTEGER, approved_applications INTEGER,
  returned INTEGER, rejected INTEGER, under_review INTEGER,
  declared INTEGER, first_review INTEGER, approved INTEGER);
CREATE TABLE release_count(
  release_batch INTEGER PRIMARY KEY, -- 0 where the certificate is not resolved
  schools INTEGER, applications INTEGER, recommended INTEGER, approved_applications INTEGER,
  returned INTEGER, rejected INTEGER, under_review INTEGER,
  declared INTEGER, first_review INTEGER, approved INTEGER);
CREATE TABLE major_count(
  major_code TEXT, major_name TEXT, major_level TEXT,
  schools INTEGER, applications INTEGER, recommended INTEGER, approved_applications INTEGER,
  returned INTEGER, rejected INTEGER, under_review INTEGER,
  declared INTEGER, first_review INTEGER, approved INTEGER,
  PRIMARY KEY(major_code, major_name, major_level));
CREATE TABLE crosscheck(           -- 对账: totals that must agree
  position INTEGER PRIMARY KEY, title TEXT,
  left_name TEXT, left_value INTEGER, right_name TEXT, right_value INTEGER);

CREATE TABLE scenario_run(         -- a scenario on one basis
  run TEXT PRIMARY KEY,            -- scenario.id, or scenario.id || '-provisional'
  scenario TEXT NOT NULL,
  basis TEXT NOT NULL,             -- 'final' (核定) or 'provisional' (预测算)
  position INTEGER NOT NULL,
  schools INTEGER NOT NULL,        -- eligible
  refused TEXT);                   -- why there are no rows, in Chinese, or NULL
CREATE TABLE factor_pool(          -- the pool over the factors
  run TEXT, factor TEXT, position INTEGER, title TEXT, weight_ppm INTEGER,
  quota_units INTEGER,             -- floor(pool in units x weight)
  remainder INTEGER,               -- numerator left over, in millionths of a unit
  rank INTEGER,                    -- among the factors, by remainder
  extra INTEGER,                   -- 1: received one unit more
  pool_fen INTEGER,
  sum_x TEXT,                      -- sum of x over the schools (decimal; may pass 2^63)
  PRIMARY KEY(run, factor));
CREATE TABLE allocation(           -- a school's share of a factor, with its derivation
  run TEXT, factor TEXT, school_code INTEGER,
  x INTEGER NOT NULL,              -- progress in millionths, level in hundredths, else heads
  quota_units INTEGER NOT NULL,
  remainder TEXT NOT NULL,         -- numerator left over, over sum_x (decimal)
  rank INTEGER NOT NULL, extra INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  PRIMARY KEY(run, factor, school_code)) WITHOUT ROWID;
CREATE TABLE allocation_total(
  run TEXT, school_code INTEGER,
  uncapped_fen INTEGER NOT NULL,   -- sum over the factors
  adjusted_fen INTEGER NOT NULL,   -- what floor or cap gave (+) or took (-)
  bound TEXT NOT NULL,             -- 'floor', 'cap' or ''
  amount_fen INTEGER NOT NULL,
  PRIMARY KEY(run, school_code)) WITHOUT ROWID;
