#!/bin/sh
# The sqlite3 shell: .import into typed tables, then the shared checks.
# sqlite.sh INBOX CHECKS DATABASE
set -eu
inbox=$1 checks=$2 database=$3
{
cat <<'SQL'
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -200000;
CREATE TABLE school(school_code INTEGER, name TEXT, former_name TEXT, kind TEXT, affiliation TEXT, unit INTEGER,
  place INTEGER, credit_code TEXT);
CREATE TABLE account(account TEXT, school_code INTEGER, name TEXT, credit_code TEXT, registered TEXT);
CREATE TABLE city_review(unit INTEGER, application_no TEXT, conclusion TEXT, heads INTEGER, review_date TEXT, opinion TEXT);
CREATE TABLE performance(year INTEGER, school_code INTEGER, certificate_name TEXT, issuer TEXT, level TEXT,
  trained INTEGER, examined INTEGER, certified INTEGER, settled TEXT);
CREATE TABLE attempt(registration_no TEXT, person TEXT, person_no TEXT, school_code INTEGER, certificate_name TEXT,
  issuer TEXT, level TEXT, exam_date TEXT, result TEXT, certificate_no TEXT);
CREATE TABLE filing(application_no TEXT, account TEXT, school_code INTEGER, school_name TEXT, certificate_name TEXT,
  issuer TEXT, level TEXT, major_code TEXT, major_name TEXT, major_level TEXT, students INTEGER, pilots INTEGER,
  declared INTEGER, carried INTEGER, is_new TEXT, fee REAL, fee_date TEXT, agreed_fee REAL, paid INTEGER,
  training_fee REAL, graduation TEXT, voluntary TEXT, teachers INTEGER, plan TEXT, plan_digest TEXT, pages INTEGER,
  agreement TEXT, agreement_digest TEXT, agreement_date TEXT, party TEXT, start_date TEXT, department TEXT, head TEXT,
  contact TEXT, telephone TEXT, mail TEXT, submitted TEXT, remark TEXT);
CREATE VIEW assessment AS SELECT registration_no, school_code, certificate_name, level, exam_date,
  CAST(substr(exam_date, 1, 4) AS INTEGER) AS year, result, nullif(certificate_no, '') AS certificate_no FROM attempt;
CREATE VIEW application AS SELECT application_no, account, school_code, certificate_name, issuer, level, major_code,
  major_name, major_level, nullif(students, '') AS students, nullif(pilots, '') AS pilots,
  nullif(declared, '') AS declared, nullif(fee_date, '') AS fee_date, nullif(paid, '') AS paid,
  nullif(training_fee, '') AS training_fee, graduation, voluntary, nullif(teachers, '') AS teachers,
  nullif(agreement_date, '') AS agreement_date, nullif(start_date, '') AS start_date,
  nullif(replace(submitted, ' ', 'T'), '') AS submitted, substr(submitted, 1, 10) AS submitted_day FROM filing;
.mode csv
SQL
load() { printf '.import --skip 1 "%s" %s\n' "$1" "$2"; }
load "$inbox/院校名录.csv" school
load "$inbox/平台注册.csv" account
load "$inbox/执行情况.csv" performance
load "$inbox/考核记录.csv" attempt
for file in "$inbox"/初审/*.csv; do load "$file" city_review; done
for file in "$inbox"/试点申报-*.csv; do load "$file" filing; done
cat <<'SQL'
CREATE INDEX filing_by_no ON filing(application_no);
CREATE INDEX school_by_code ON school(school_code);
CREATE INDEX account_by_account ON account(account);
CREATE INDEX review_by_no ON city_review(application_no, review_date);
CREATE INDEX performance_by_school ON performance(school_code, certificate_name, level, year);
ANALYZE;
.mode list
SQL
sed -E 's/^-- ((R[0-9][0-9][a-c]?)|schools|certificates)$/.print \1=/; /^-- /d' "$checks"
} | sqlite3 "$database"
