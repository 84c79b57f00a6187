#!/bin/sh
# The sqlite3 shell: .import into typed tables, then the shared work.
# sqlite.sh INBOX CHECKS DATABASE
set -eu
inbox=$1 checks=$2 database=$3

# define NAME COLUMNS: table NAME_row, and view NAME on it, in which empty cells are NULL.
define() {
	printf 'CREATE TABLE %s_row(%s);\n' "$1" "$2"
	printf 'CREATE VIEW %s AS SELECT rowid AS id%s FROM %s_row;\n' "$1" \
		"$(printf %s "$2" | tr '\n' ' ' | sed -E "s/ *([a-z_]+) [A-Z]+,?/, nullif(\1, '') AS \1/g")$3" "$1"
}
load() { printf '.import --skip 1 "%s" %s_row\n' "$1" "$2"; }
{
cat <<'SQL'
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -200000;
PRAGMA temp_store = MEMORY;
SQL
define school 'school_code INTEGER, name TEXT, former_name TEXT, kind TEXT, affiliation TEXT, unit INTEGER, place INTEGER,
  credit_code TEXT' ''
define account 'account TEXT, school_code INTEGER, name TEXT, credit_code TEXT, registered TEXT' ''
define city_review 'unit INTEGER, application_no TEXT, conclusion TEXT, heads INTEGER, review_date TEXT, opinion TEXT' ''
define performance 'year INTEGER, school_code INTEGER, certificate_name TEXT, issuer TEXT, level TEXT, trained INTEGER,
  examined INTEGER, certified INTEGER, settled TEXT' ''
define approval 'school_code INTEGER, certificate_name TEXT, issuer TEXT, year INTEGER, approved INTEGER, carry_over INTEGER' ''
define certificate 'code TEXT, name TEXT, issuer TEXT, release_batch INTEGER, level TEXT, exam_form TEXT, status TEXT' ''
define fee_ceiling 'exam_form TEXT, level TEXT, ceiling REAL, year INTEGER, basis TEXT' ''
define major 'catalogue TEXT, level TEXT, code TEXT, name TEXT, old_code TEXT' ''
define complaint 'issuer TEXT, kind TEXT, gravity TEXT, day TEXT' ''
define region 'code INTEGER, name TEXT, alias TEXT' ''
define decision 'application_no TEXT, rule TEXT, decision TEXT, heads INTEGER, reason TEXT, reviewer TEXT, day TEXT, digest TEXT' ''
define assessment 'registration_no TEXT, person TEXT, person_no TEXT, school_code INTEGER, certificate_name TEXT,
  issuer TEXT, level TEXT, exam_date TEXT, result TEXT, certificate_no TEXT' ', CAST(substr(exam_date, 1, 4) AS INTEGER) AS year'
define application 'application_no TEXT, account TEXT, school_code INTEGER, school_name TEXT, certificate_name TEXT,
  issuer TEXT, level TEXT, major_code TEXT, major_name TEXT, major_level TEXT, students INTEGER, pilots INTEGER,
  declared INTEGER, carried INTEGER, is_new TEXT, fee REAL, fee_date TEXT, agreed_fee REAL, paid INTEGER,
  training_fee REAL, graduation TEXT, voluntary TEXT, teachers INTEGER, plan TEXT, plan_digest TEXT, pages INTEGER,
  agreement TEXT, agreement_digest TEXT, agreement_date TEXT, party TEXT, start_date TEXT, department TEXT, head TEXT,
  contact TEXT, telephone TEXT, mail TEXT, submitted TEXT, remark TEXT' ', substr(submitted, 1, 10) AS submitted_day'
echo .mode csv
load "$inbox/院校名录.csv" school
load "$inbox/平台注册.csv" account
load "$inbox/执行情况.csv" performance
load "$inbox/既往获批.csv" approval
load "$inbox/证书名录.csv" certificate
load "$inbox/考核费用上限.csv" fee_ceiling
load "$inbox/专业目录.csv" major
load "$inbox/投诉台账.csv" complaint
load "$inbox/市州.csv" region
load "$inbox/审核决定.csv" decision
load "$inbox/考核记录.csv" assessment
for file in "$inbox"/初审/*.csv; do load "$file" city_review; done
for file in "$inbox"/试点申报-*.csv; do load "$file" application; done
[ -z "${BENCH_TRACE:-}" ] || echo .timer on
echo 'BEGIN;'
# statements of the other engine out, comments too
sed -E -e '/^-- duckdb$/,/;$/d' -e '/^--/d' -e 's/ -- .*$//' "$checks"
echo 'COMMIT;'
echo .mode list
echo "SELECT name || '=' || value FROM answer;"
} | sqlite3 "$database"
