-- The shared work in SQL that DuckDB and SQLite both run: names folded and resolved, a
-- finding (rule, subject, 申报编号) for every rule and case, outcomes, the six count
-- tables, the allocation, and the numbers that every engine must agree on. polars.mjs and
-- pandas_peer.py do the same in their own idiom.
--
-- Expected beforehand: application, school, account, city_review, performance,
-- assessment, approval, certificate, fee_ceiling, major, complaint, region and decision,
-- typed, each with an integer `id`, empty cells NULL, and submitted_day and year worked
-- out. A statement after a line `-- duckdb` or `-- sqlite` is for that engine only.
--
-- What stands here besides the rules' own logic is what the notice says: 2021-05-31 is
-- the day of judgement, 中职 of a city are reviewed by it, 80 % is the share of R07b.
--
-- Not here, since no count of the national batch comes from it:
--   R25      the batch is the year's first: nothing was published before it.
--   R35, R50 no decision stands in the batch; R50 would need a digest of every row.
--   R43b     identical records are taken out beforehand, as are unreadable cells (F, S).
--   R18x, R48x and the like: no dataset but `published` is absent.
--   R13, R40b with unreadable addends: none is left.
-- And what onex does besides and no peer does: messages with actual and allowed value
-- and place, nearest names, provenance of rows, field checks, repetitions, cross-checks,
-- the second scenario, NFKC as a whole (the folding below knows what the batch holds).

-- == names

CREATE TABLE attempt_group AS
SELECT school_code, certificate_name, level, year, count(*) AS records, min(id) AS first_id,
       sum(CASE WHEN result <> '缺考' THEN 1 ELSE 0 END) AS examined,
       sum(CASE WHEN result = '通过' THEN 1 ELSE 0 END) AS passed
FROM assessment GROUP BY school_code, certificate_name, level, year;

CREATE TABLE wording AS
SELECT DISTINCT certificate_name, issuer, party, school_code, school_name, department, head, plan, agreement
FROM application;
CREATE TABLE major_wording AS SELECT DISTINCT major_code, major_name, major_level FROM application;

CREATE TABLE term AS
SELECT text, folded, CAST(dense_rank() OVER (ORDER BY folded) AS INTEGER) AS number
FROM (SELECT text, CASE WHEN short = '建筑信息模型bim' THEN '建筑信息模型' ELSE short END AS folded
      FROM (SELECT text, CASE WHEN plain LIKE '_%职业技能等级证书' THEN substr(plain, 1, length(plain) - 8) ELSE plain END AS short
            FROM (SELECT text, lower(replace(replace(replace(replace(replace(replace(replace(replace(text,
                         '（', ''), '）', ''), '(', ''), ')', ''), ' ', ''), '　', ''), '／', '/'), '－', '-')) AS plain
                  FROM (SELECT certificate_name AS text FROM wording UNION SELECT issuer FROM wording
                        UNION SELECT party FROM wording UNION SELECT school_name FROM wording
                        UNION SELECT department FROM wording UNION SELECT head FROM wording
                        UNION SELECT major_name FROM major_wording UNION SELECT name FROM major
                        UNION SELECT name FROM certificate UNION SELECT issuer FROM certificate
                        UNION SELECT certificate_name FROM approval UNION SELECT certificate_name FROM performance
                        UNION SELECT certificate_name FROM attempt_group UNION SELECT issuer FROM complaint
                        UNION SELECT name FROM school UNION SELECT former_name FROM school
                        UNION SELECT name FROM account) names
                  WHERE text IS NOT NULL) plains) shorts) foldeds;

-- A certificate of the list by level; `unit` is its folded name.
CREATE TABLE listed AS
SELECT CAST(dense_rank() OVER (ORDER BY c.code) AS INTEGER) AS certificate, n.number AS unit, i.number AS issuer,
       c.level, c.release_batch, c.exam_form, CASE WHEN c.status = '停用' THEN 1 ELSE 0 END AS stopped
FROM certificate c JOIN term n ON n.text = c.name JOIN term i ON i.text = c.issuer;
CREATE TABLE listed_certificate AS
SELECT certificate, unit, issuer, min(release_batch) AS release_batch, min(stopped) AS ended
FROM listed GROUP BY certificate, unit, issuer;

-- How applications name certificates and majors, and what is meant. One that the list
-- does not have stands by its folded name, below zero.
CREATE TABLE certificate_ref AS
SELECT w.certificate_name, w.issuer, n.number AS unit, i.number AS issuer_name, l.certificate,
       coalesce(l.certificate, -n.number) AS stands_for
FROM (SELECT DISTINCT certificate_name, issuer FROM wording) w
JOIN term n ON n.text = w.certificate_name
JOIN term i ON i.text = w.issuer
LEFT JOIN listed_certificate l ON l.unit = n.number AND l.issuer = i.number;
CREATE TABLE major_ref AS
SELECT w.major_code, w.major_name, w.major_level,
       CAST(dense_rank() OVER (ORDER BY rtrim(w.major_code, 'KT'), t.number, w.major_level) AS INTEGER) AS major,
       CASE WHEN EXISTS (SELECT 1 FROM major m JOIN term o ON o.text = m.name
                         WHERE m.catalogue = '2020旧目录' AND rtrim(m.code, 'KT') = rtrim(w.major_code, 'KT')
                           AND o.number = t.number AND m.level = w.major_level) THEN 0 ELSE 1 END AS stranger
FROM major_wording w JOIN term t ON t.text = w.major_name;

-- The applications, names settled: what most rules read.
CREATE TABLE item AS
SELECT a.id, a.application_no, a.account, a.school_code, r.unit, r.issuer_name, r.certificate, r.stands_for, a.level,
       m.major, m.stranger, a.major_level, a.students, a.pilots, a.declared, a.carried, a.is_new, a.fee, a.agreed_fee,
       a.fee_date, a.paid, a.training_fee, a.teachers, a.agreement_date, a.start_date, a.submitted, a.submitted_day
FROM application a
JOIN certificate_ref r ON r.certificate_name = a.certificate_name AND r.issuer = a.issuer
JOIN major_ref m ON m.major_code = a.major_code AND m.major_name = a.major_name AND m.major_level = a.major_level;

CREATE TABLE path AS
SELECT school_code, kind, name, unit,
       CASE WHEN kind = '中职' AND affiliation = '市州属' THEN 'city' WHEN kind = '中职' THEN 'direct'
            ELSE 'province' END AS path
FROM school;
CREATE TABLE ambiguous AS
SELECT application_no FROM application GROUP BY application_no HAVING count(*) > 1;

-- Reviews with their application; the latest of any unit, and of the unit on the path.
CREATE TABLE review AS
SELECT r.id, r.application_no, r.unit AS reviewing_unit, r.conclusion, coalesce(r.heads, i.declared) AS heads,
       r.review_date, i.id AS application, i.school_code, i.declared, i.submitted_day, p.kind, p.path, p.unit,
       row_number() OVER (PARTITION BY i.id ORDER BY r.review_date DESC, r.id DESC) AS place,
       row_number() OVER (PARTITION BY i.id, r.unit ORDER BY r.review_date DESC, r.id DESC) AS place_of_unit
FROM city_review r
JOIN item i ON i.application_no = r.application_no
LEFT JOIN path p ON p.school_code = i.school_code
WHERE r.application_no NOT IN (SELECT application_no FROM ambiguous);

-- Attempts that share a registration or certificate number.
CREATE TABLE twin AS
SELECT a.id, a.registration_no, a.school_code, t.number AS unit, a.issuer, a.level, a.year, a.exam_date, a.result
FROM assessment a
JOIN (SELECT registration_no FROM assessment GROUP BY registration_no HAVING count(*) > 1) g
  ON g.registration_no = a.registration_no
JOIN term t ON t.text = a.certificate_name;
CREATE TABLE holder AS
SELECT a.id, a.certificate_no, a.registration_no
FROM assessment a
JOIN (SELECT certificate_no FROM assessment WHERE certificate_no IS NOT NULL
      GROUP BY certificate_no HAVING count(*) > 1) g ON g.certificate_no = a.certificate_no;

-- Attempts as R48 counts them: a registration number once per unit, level and year.
CREATE TABLE recorded AS
SELECT school_code, unit, level, year, sum(records) AS records, min(first_id) AS first_id,
       sum(examined) AS examined, sum(passed) AS passed
FROM (SELECT g.school_code, t.number AS unit, g.level, g.year, g.records, g.first_id, g.examined, g.passed
      FROM attempt_group g JOIN term t ON t.text = g.certificate_name
      UNION ALL
      SELECT school_code, unit, level, year, 0, NULL,
             count(DISTINCT CASE WHEN result <> '缺考' THEN registration_no END)
               - sum(CASE WHEN result <> '缺考' THEN 1 ELSE 0 END),
             count(DISTINCT CASE WHEN result = '通过' THEN registration_no END)
               - sum(CASE WHEN result = '通过' THEN 1 ELSE 0 END)
      FROM twin GROUP BY school_code, unit, level, year) parts
GROUP BY school_code, unit, level, year;

-- == findings

CREATE TABLE finding(rule TEXT, dataset TEXT, subject BIGINT, application_no TEXT);

INSERT INTO finding SELECT 'R01', 'application', i.id, i.application_no
FROM item i
LEFT JOIN listed_certificate c ON c.certificate = i.certificate
LEFT JOIN (SELECT certificate, level, min(stopped) AS stopped FROM listed GROUP BY certificate, level) l
  ON l.certificate = i.certificate AND l.level = i.level
WHERE i.certificate IS NULL OR c.ended = 1 OR l.stopped = 1;

INSERT INTO finding SELECT 'R02', 'application', i.id, i.application_no
FROM item i
LEFT JOIN (SELECT DISTINCT certificate, level FROM listed) l ON l.certificate = i.certificate AND l.level = i.level
WHERE i.certificate IS NOT NULL AND l.level IS NULL;

INSERT INTO finding
SELECT CASE WHEN p.kind = '技工学校' THEN 'R03a' ELSE 'R03b' END, 'application', a.id, a.application_no
FROM application a
JOIN path p ON p.school_code = a.school_code
LEFT JOIN (SELECT text FROM term WHERE folded LIKE '%技工%' OR folded LIKE '%技师%') o ON o.text = a.school_name
LEFT JOIN (SELECT text FROM term WHERE folded LIKE '%技工%' OR folded LIKE '%技师%') n ON n.text = p.name
WHERE p.kind = '技工学校' OR o.text IS NOT NULL OR n.text IS NOT NULL;

INSERT INTO finding SELECT CASE p.kind WHEN '普通本科' THEN 'R04a' ELSE 'R04b' END, 'application', i.id, i.application_no
FROM item i JOIN path p ON p.school_code = i.school_code WHERE p.kind IN ('普通本科', '应用型本科');

INSERT INTO finding SELECT 'R05', 'application', id, application_no FROM application
WHERE department IN (SELECT text FROM term WHERE folded IN ('无', '/', '-', '待定'))
   OR head IN (SELECT text FROM term WHERE folded IN ('无', '/', '-', '待定'));

INSERT INTO finding SELECT 'R06', 'city_review', id, application_no FROM review WHERE reviewing_unit <> unit;

INSERT INTO finding
SELECT CASE WHEN g.total > g.most OR i.pilots > g.most THEN 'R07a' ELSE 'R07b' END, 'application', i.id, i.application_no
FROM item i
JOIN (SELECT school_code, major, stands_for, sum(declared) AS total, max(students) AS most
      FROM item GROUP BY school_code, major, stands_for
      HAVING sum(declared) * 1000000 > max(students) * 800000 OR max(pilots) > max(students)) g
  ON g.school_code = i.school_code AND g.major = i.major AND g.stands_for = i.stands_for
WHERE g.total * 1000000 > g.most * 800000 OR i.pilots > g.most;

INSERT INTO finding SELECT 'R08', 'application', id, application_no FROM item WHERE teachers = 0 AND pilots > 0;

INSERT INTO finding
SELECT 'R09', 'batch', sum(CASE WHEN p.kind IN ('高职高专', '职业本科', '中职') THEN n ELSE 0 END) * 10000 / sum(n), NULL
FROM (SELECT school_code, count(*) AS n FROM item GROUP BY school_code) s LEFT JOIN path p ON p.school_code = s.school_code;

INSERT INTO finding SELECT 'R10', 'application', id, application_no FROM application WHERE voluntary = '否';
INSERT INTO finding SELECT 'R11', 'application', id, application_no FROM application WHERE graduation = '是';

INSERT INTO finding SELECT CASE WHEN training_fee > 0 THEN 'R12' ELSE 'R12x' END, 'application', id, application_no
FROM item WHERE training_fee > 0 OR training_fee IS NULL;

INSERT INTO finding SELECT 'R13', 'application', i.id, i.application_no
FROM item i
JOIN (SELECT school_code, major FROM item GROUP BY school_code, major HAVING sum(paid) < max(pilots)) g
  ON g.school_code = i.school_code AND g.major = i.major;

INSERT INTO finding SELECT 'R14', 'application', id, application_no FROM item WHERE fee_date > submitted_day;

INSERT INTO finding
SELECT CASE WHEN i.fee > r.ceiling THEN 'R15' ELSE 'R15x' END, 'application', i.id, i.application_no
FROM item i
JOIN (SELECT l.certificate, l.level, min(f.ceiling) AS ceiling
      FROM listed l LEFT JOIN fee_ceiling f
        ON f.exam_form = l.exam_form AND f.level = l.level AND (f.year IS NULL OR f.year = 2021)
      GROUP BY l.certificate, l.level) r ON r.certificate = i.certificate AND r.level = i.level
WHERE i.fee > r.ceiling OR r.ceiling IS NULL;

INSERT INTO finding SELECT 'R16', 'application', id, application_no FROM item
WHERE school_code IN (SELECT school_code FROM performance WHERE year < 2021 AND examined > 0 AND settled = '否');
INSERT INTO finding SELECT 'R16', 'performance', id, NULL FROM performance
WHERE year < 2021 AND examined > 0 AND settled = '否' AND school_code NOT IN (SELECT school_code FROM item);

INSERT INTO finding SELECT 'R17', 'assessment', h.id, NULL
FROM holder h
JOIN (SELECT certificate_no FROM holder GROUP BY certificate_no HAVING min(registration_no) <> max(registration_no)) g
  ON g.certificate_no = h.certificate_no;

INSERT INTO finding SELECT 'R18', 'assessment', g.first_id, NULL
FROM recorded g
LEFT JOIN (SELECT DISTINCT p.school_code, t.number AS unit, p.level, p.year
           FROM performance p JOIN term t ON t.text = p.certificate_name) p
  ON p.school_code = g.school_code AND p.unit = g.unit AND p.level = g.level AND p.year = g.year
WHERE p.unit IS NULL;

CREATE TABLE plan AS -- digests on which school or certificate differ at all
SELECT a.id, a.application_no, a.plan_digest, a.school_code, i.certificate
FROM (SELECT plan_digest FROM application WHERE plan_digest IS NOT NULL GROUP BY plan_digest
      HAVING min(school_code) <> max(school_code) OR min(certificate_name) <> max(certificate_name)) g
JOIN application a ON a.plan_digest = g.plan_digest
JOIN item i ON i.id = a.id;
INSERT INTO finding SELECT 'R19a', 'application', p.id, p.application_no
FROM plan p
JOIN (SELECT plan_digest, school_code FROM plan WHERE certificate IS NOT NULL GROUP BY plan_digest, school_code
      HAVING min(certificate) <> max(certificate)) g ON g.plan_digest = p.plan_digest AND g.school_code = p.school_code
WHERE p.certificate IS NOT NULL;
INSERT INTO finding SELECT 'R19b', 'application', p.id, p.application_no
FROM plan p
JOIN (SELECT plan_digest FROM plan GROUP BY plan_digest HAVING min(school_code) <> max(school_code)) g
  ON g.plan_digest = p.plan_digest;
INSERT INTO finding SELECT 'R19x', 'application', id, application_no FROM application WHERE plan_digest IS NULL;

INSERT INTO finding SELECT 'R20', 'application', id, application_no FROM item
WHERE agreement_date IS NULL OR agreement_date > submitted_day OR start_date < agreement_date;

INSERT INTO finding SELECT CASE WHEN a.party IS NULL THEN 'R21x' ELSE 'R21' END, 'application', a.id, a.application_no
FROM application a
JOIN certificate_ref r ON r.certificate_name = a.certificate_name AND r.issuer = a.issuer
LEFT JOIN term t ON t.text = a.party
WHERE r.certificate IS NOT NULL AND (a.party IS NULL OR t.number <> r.issuer_name);

INSERT INTO finding SELECT CASE w.grave WHEN 1 THEN 'R23a' ELSE 'R23b' END, 'application', i.id, i.application_no
FROM item i
JOIN (SELECT t.number AS issuer, max(CASE c.gravity WHEN '恶劣' THEN 1 ELSE 0 END) AS grave
      FROM complaint c JOIN term t ON t.text = c.issuer WHERE c.day <= '2021-05-31' GROUP BY t.number) w
  ON w.issuer = i.issuer_name;

INSERT INTO finding SELECT 'R24', 'application', id, application_no FROM item
WHERE (account, school_code) NOT IN (SELECT account, school_code FROM account);

INSERT INTO finding SELECT 'R26', 'city_review', id, application_no FROM review
WHERE kind IN ('高职高专', '职业本科', '应用型本科', '普通本科');

INSERT INTO finding
SELECT CASE WHEN r.conclusion IS NULL OR r.conclusion = '退回' THEN 'R27a' ELSE 'R27b' END, 'application', i.id, i.application_no
FROM item i JOIN path p ON p.school_code = i.school_code
LEFT JOIN review r ON r.application = i.id AND r.place = 1
WHERE p.path = 'city' AND (r.conclusion IS NULL OR r.conclusion IN ('退回', '不同意'));
INSERT INTO finding SELECT 'R27c', 'application', application, application_no FROM review
WHERE place = 1 AND path = 'city' AND heads > declared;

INSERT INTO finding SELECT 'R28', 'city_review', id, application_no FROM review WHERE path = 'direct';

INSERT INTO finding SELECT 'R29', 'city_review', r.id, r.application_no
FROM city_review r
LEFT JOIN region g ON g.code = r.unit
LEFT JOIN (SELECT DISTINCT application_no FROM item) i ON i.application_no = r.application_no
WHERE g.code IS NULL OR i.application_no IS NULL;

CREATE TABLE no_file AS
SELECT text
FROM (SELECT plan AS text FROM wording UNION SELECT agreement FROM wording) names
WHERE replace(replace(trim(text, ' 　()（）[]【】'), ' ', ''), '　', '') IN ('无', '/', '／', '-', '－', '待定');
INSERT INTO finding SELECT 'R30', 'application', id, application_no FROM application
WHERE plan IN (SELECT text FROM no_file) OR agreement IN (SELECT text FROM no_file) OR pages = 0
   OR plan_digest = agreement_digest;
INSERT INTO finding SELECT 'R30x', 'application', id, application_no FROM application
WHERE plan_digest IS NULL OR pages IS NULL OR agreement_digest IS NULL;

CREATE TABLE shared AS -- accounts that are one school's several, or several schools' one
SELECT DISTINCT k.id, g.rule, k.school_code
FROM (SELECT 'R31a' AS rule, school_code AS code, NULL AS credit_code, NULL AS name FROM account
      GROUP BY school_code HAVING min(account) <> max(account)
      UNION ALL
      SELECT 'R31b', NULL, credit_code, NULL FROM account WHERE credit_code IS NOT NULL
      GROUP BY credit_code HAVING min(school_code) <> max(school_code)
      UNION ALL
      SELECT 'R31b', NULL, NULL, t.number FROM account k JOIN term t ON t.text = k.name
      GROUP BY t.number HAVING min(k.school_code) <> max(k.school_code)) g
JOIN account k ON 1 = 1 LEFT JOIN term t ON t.text = k.name
WHERE k.school_code = g.code OR k.credit_code = g.credit_code OR t.number = g.name;
INSERT INTO finding SELECT s.rule, 'application', i.id, i.application_no
FROM item i JOIN (SELECT DISTINCT rule, school_code FROM shared) s ON s.school_code = i.school_code;
INSERT INTO finding SELECT rule, 'account', id, NULL FROM shared WHERE school_code NOT IN (SELECT school_code FROM item);

INSERT INTO finding
SELECT CASE WHEN submitted >= '2021-05-26T00:00:00' THEN 'R33a' ELSE 'R33b' END, 'application', id, application_no
FROM item WHERE submitted >= '2021-05-25T00:00:00' OR submitted < '2021-05-14T00:00:00';

INSERT INTO finding SELECT 'R34a', 'city_review', id, application_no FROM city_review WHERE review_date > '2021-05-27';
INSERT INTO finding SELECT 'R34b', 'city_review', id, application_no FROM review WHERE review_date < submitted_day;

INSERT INTO finding SELECT 'R36', 'application', i.id, i.application_no
FROM item i LEFT JOIN path p ON p.school_code = i.school_code
WHERE i.stranger = 1
   OR p.kind IN ('中职', '技工学校') AND i.major_level <> '中职'
   OR p.kind IN ('高职高专', '职业本科') AND i.major_level NOT IN ('高职专科', '高职本科')
   OR p.kind IN ('应用型本科', '普通本科') AND i.major_level = '中职';

INSERT INTO finding
SELECT 'R37', 'batch', sum(CASE WHEN c.release_batch >= 3 THEN n ELSE 0 END) * 10000 / sum(n), NULL
FROM (SELECT certificate, count(*) AS n FROM item GROUP BY certificate) i
LEFT JOIN listed_certificate c ON c.certificate = i.certificate;

CREATE TABLE known AS
SELECT DISTINCT p.school_code, t.number AS unit FROM approval p JOIN term t ON t.text = p.certificate_name WHERE p.year < 2021;
INSERT INTO finding SELECT 'R38a', 'application', i.id, i.application_no
FROM item i JOIN listed_certificate c ON c.certificate = i.certificate
LEFT JOIN known k ON k.school_code = i.school_code AND k.unit = i.unit
WHERE c.release_batch <= 2 AND k.unit IS NULL;
INSERT INTO finding SELECT 'R38b', 'application', i.id, i.application_no
FROM item i LEFT JOIN known k ON k.school_code = i.school_code AND k.unit = i.unit
WHERE i.certificate IS NOT NULL AND (i.is_new = '是' AND k.unit IS NOT NULL OR i.is_new = '否' AND k.unit IS NULL);

INSERT INTO finding SELECT 'R39', 'approval', max(p.id), NULL
FROM approval p JOIN term t ON t.text = p.certificate_name
LEFT JOIN (SELECT DISTINCT school_code, unit FROM item) i ON i.school_code = p.school_code AND i.unit = t.number
WHERE p.year < 2021 AND i.unit IS NULL
GROUP BY p.school_code, t.number;

CREATE TABLE carrying AS -- what a unit asked for last year, and what its rows state
SELECT school_code, unit, sum(asked) AS asked, sum(rows_stating) AS rows_stating, sum(carried) AS carried
FROM (SELECT p.school_code, t.number AS unit, coalesce(p.carry_over, 0) AS asked, 0 AS rows_stating, 0 AS carried
      FROM approval p JOIN term t ON t.text = p.certificate_name WHERE p.year = 2020
      UNION ALL
      SELECT school_code, unit, 0, count(*), sum(carried) FROM item WHERE carried IS NOT NULL GROUP BY school_code, unit) parts
GROUP BY school_code, unit;
INSERT INTO finding SELECT DISTINCT rule, 'application', id, application_no
FROM (SELECT CASE c.rows_stating WHEN 0 THEN 'R40a' ELSE 'R40b' END AS rule, i.id, i.application_no
      FROM carrying c JOIN item i ON i.school_code = c.school_code AND i.unit = c.unit
      WHERE c.rows_stating = 0 AND c.asked > 0 OR c.rows_stating > 0 AND c.carried <> c.asked
      UNION ALL
      SELECT CASE WHEN carried > declared THEN 'R40a' ELSE 'R40c' END, id, application_no
      FROM item WHERE carried >= declared AND carried > 0) found;

INSERT INTO finding SELECT 'R41', 'application', id, application_no FROM item WHERE declared = 0;

INSERT INTO finding SELECT 'R43a', 'application', i.id, i.application_no
FROM item i
JOIN (SELECT school_code, stands_for, level, major FROM item
      GROUP BY school_code, stands_for, level, major HAVING count(*) > 1) g
  ON g.school_code = i.school_code AND g.stands_for = i.stands_for AND g.level = i.level AND g.major = i.major;

INSERT INTO finding SELECT 'R44', 'application', id, application_no FROM item
WHERE application_no IN (SELECT application_no FROM ambiguous);

-- duckdb
INSERT INTO finding SELECT 'R45', 'application', id, application_no FROM application
WHERE NOT regexp_full_match(telephone, '(\+?86-?)?(1[3-9]\d{9}|(0[12]\d-?[2-9]\d{7}|0[3-9]\d\d-?[2-9]\d{6,7})(-\d{1,6})?)')
   OR NOT regexp_full_match(mail, '[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}');
-- sqlite
INSERT INTO finding SELECT 'R45', 'application', id, application_no FROM application
WHERE NOT telephone REGEXP '^(\+?86-?)?(1[3-9]\d{9}|(0[12]\d-?[2-9]\d{7}|0[3-9]\d\d-?[2-9]\d{6,7})(-\d{1,6})?)$'
   OR NOT mail REGEXP '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}$';

INSERT INTO finding SELECT CASE WHEN agreed_fee IS NULL THEN 'R46x' ELSE 'R46a' END, 'application', id, application_no
FROM item WHERE agreed_fee IS NULL OR agreed_fee <> fee;
CREATE TABLE price AS SELECT stands_for, level, fee, count(*) AS same FROM item GROUP BY stands_for, level, fee;
INSERT INTO finding SELECT 'R46b', 'application', i.id, i.application_no
FROM item i
JOIN (SELECT p.stands_for, p.level, min(p.fee) AS fee
      FROM price p
      JOIN (SELECT stands_for, level, max(same) AS same FROM price GROUP BY stands_for, level HAVING count(*) > 1) m
        ON m.stands_for = p.stands_for AND m.level = p.level AND m.same = p.same
      GROUP BY p.stands_for, p.level HAVING count(*) = 1) u ON u.stands_for = i.stands_for AND u.level = i.level
WHERE i.fee <> u.fee;

INSERT INTO finding SELECT 'R47', 'application', a.id, a.application_no
FROM application a
LEFT JOIN (SELECT w.school_code, w.school_name, min(CASE WHEN n.number = t.number THEN 0 ELSE 1 END) AS other
           FROM (SELECT DISTINCT school_code, school_name FROM wording) w
           JOIN school s ON s.school_code = w.school_code
           JOIN term n ON n.text = s.name JOIN term t ON t.text = w.school_name
           GROUP BY w.school_code, w.school_name) k ON k.school_code = a.school_code AND k.school_name = a.school_name
WHERE k.other IS NULL OR k.other = 1;

INSERT INTO finding SELECT 'R48', 'performance', p.id, NULL
FROM performance p JOIN term t ON t.text = p.certificate_name
LEFT JOIN recorded c ON c.school_code = p.school_code AND c.unit = t.number AND c.level = p.level AND c.year = p.year
WHERE coalesce(c.examined, 0) <> p.examined OR coalesce(c.passed, 0) <> p.certified;

INSERT INTO finding SELECT 'R49', 'assessment', id, NULL FROM assessment
WHERE result <> '通过' AND certificate_no IS NOT NULL OR result = '通过' AND certificate_no IS NULL
   OR exam_date > '2021-05-31';
INSERT INTO finding SELECT 'R49', 'assessment', t.id, NULL
FROM twin t
JOIN (SELECT registration_no FROM twin GROUP BY registration_no
      HAVING min(school_code) <> max(school_code) OR min(unit) <> max(unit) OR min(issuer) <> max(issuer)
          OR min(level) <> max(level) OR count(DISTINCT exam_date) < count(*)
          OR min(CASE WHEN result = '通过' THEN exam_date END) < max(exam_date)) g ON g.registration_no = t.registration_no
WHERE t.id NOT IN (SELECT subject FROM finding WHERE rule = 'R49');

-- == outcomes

CREATE TABLE severity(rule TEXT, weight INTEGER); -- 3 reject, 2 return, 1 review; notes weigh nothing
INSERT INTO severity VALUES ('R03a', 3), ('R27b', 3),
  ('R01', 2), ('R02', 2), ('R05', 2), ('R07a', 2), ('R10', 2), ('R11', 2), ('R12', 2), ('R13', 2), ('R14', 2), ('R19a', 2),
  ('R20', 2), ('R24', 2), ('R27a', 2), ('R30', 2), ('R31a', 2), ('R33a', 2), ('R36', 2), ('R40a', 2), ('R41', 2),
  ('R43a', 2), ('R44', 2), ('R47', 2),
  ('R03b', 1), ('R04a', 1), ('R06', 1), ('R07b', 1), ('R15', 1), ('R16', 1), ('R19b', 1), ('R21', 1), ('R23a', 1),
  ('R26', 1), ('R27c', 1), ('R29', 1), ('R31b', 1), ('R33b', 1), ('R34b', 1), ('R38a', 1), ('R38b', 1), ('R40b', 1),
  ('R46a', 1);

CREATE TABLE outcome AS
SELECT i.id, i.school_code, i.stands_for, i.certificate, i.level, i.major, i.declared,
       CASE s.worst WHEN 3 THEN '不符合' WHEN 2 THEN '退回' WHEN 1 THEN '待研判' ELSE '建议通过' END AS outcome,
       CASE WHEN r.conclusion = '同意' THEN r.heads END AS first_review,
       coalesce(l.release_batch, 0) AS release_batch, p.kind,
       CASE p.path WHEN 'city' THEN p.unit WHEN 'direct' THEN 0 WHEN 'province' THEN 0 END AS reviewing_unit
FROM item i
LEFT JOIN (SELECT f.application_no, max(v.weight) AS worst FROM finding f JOIN severity v ON v.rule = f.rule
           WHERE f.application_no IS NOT NULL GROUP BY f.application_no) s ON s.application_no = i.application_no
LEFT JOIN path p ON p.school_code = i.school_code
LEFT JOIN review r ON r.application = i.id AND r.place_of_unit = 1 AND r.reviewing_unit = r.unit AND r.path = 'city'
LEFT JOIN listed_certificate l ON l.certificate = i.certificate;

-- == counts

CREATE TABLE school_count AS
SELECT school_code, kind, reviewing_unit, count(*) AS applications,
       sum(CASE outcome WHEN '建议通过' THEN 1 ELSE 0 END) AS recommended,
       sum(CASE outcome WHEN '退回' THEN 1 ELSE 0 END) AS returned,
       sum(CASE outcome WHEN '不符合' THEN 1 ELSE 0 END) AS rejected,
       sum(CASE outcome WHEN '待研判' THEN 1 ELSE 0 END) AS under_review,
       count(DISTINCT stands_for) AS certificates, sum(declared) AS declared, sum(coalesce(first_review, 0)) AS first_review
FROM outcome GROUP BY school_code, kind, reviewing_unit;
CREATE TABLE certificate_count AS
SELECT stands_for, level, release_batch, count(DISTINCT school_code) AS schools, count(*) AS applications,
       sum(CASE outcome WHEN '建议通过' THEN 1 ELSE 0 END) AS recommended,
       sum(CASE outcome WHEN '退回' THEN 1 ELSE 0 END) AS returned,
       sum(CASE outcome WHEN '不符合' THEN 1 ELSE 0 END) AS rejected,
       sum(CASE outcome WHEN '待研判' THEN 1 ELSE 0 END) AS under_review,
       sum(declared) AS declared, sum(coalesce(first_review, 0)) AS first_review
FROM outcome GROUP BY stands_for, level, release_batch;
CREATE TABLE major_count AS
SELECT major, count(DISTINCT school_code) AS schools, count(*) AS applications,
       sum(CASE outcome WHEN '建议通过' THEN 1 ELSE 0 END) AS recommended,
       sum(CASE outcome WHEN '退回' THEN 1 ELSE 0 END) AS returned,
       sum(CASE outcome WHEN '不符合' THEN 1 ELSE 0 END) AS rejected,
       sum(CASE outcome WHEN '待研判' THEN 1 ELSE 0 END) AS under_review,
       sum(declared) AS declared, sum(coalesce(first_review, 0)) AS first_review
FROM outcome GROUP BY major;
CREATE TABLE region_count AS
SELECT s.reviewing_unit, count(*) AS schools, sum(applications) AS applications, sum(recommended) AS recommended,
       sum(returned) AS returned, sum(rejected) AS rejected, sum(under_review) AS under_review,
       max(u.certificates) AS certificates, sum(declared) AS declared, sum(first_review) AS first_review
FROM school_count s
LEFT JOIN (SELECT coalesce(reviewing_unit, -1) AS reviewing_unit, count(DISTINCT stands_for) AS certificates
           FROM outcome GROUP BY 1) u ON u.reviewing_unit = coalesce(s.reviewing_unit, -1)
GROUP BY s.reviewing_unit;
CREATE TABLE kind_count AS
SELECT kind, count(*) AS schools, sum(applications) AS applications, sum(recommended) AS recommended,
       sum(returned) AS returned, sum(rejected) AS rejected, sum(under_review) AS under_review,
       sum(declared) AS declared, sum(first_review) AS first_review
FROM school_count GROUP BY kind;
CREATE TABLE release_count AS
SELECT c.release_batch, max(s.schools) AS schools, sum(applications) AS applications, sum(recommended) AS recommended,
       sum(returned) AS returned, sum(rejected) AS rejected, sum(under_review) AS under_review,
       sum(declared) AS declared, sum(first_review) AS first_review
FROM certificate_count c
JOIN (SELECT release_batch, count(DISTINCT school_code) AS schools FROM outcome GROUP BY release_batch) s
  ON s.release_batch = c.release_batch
GROUP BY c.release_batch;

-- == allocation: the scenario `base`, provisional, in units of 0.01 万元 (100 yuan)

CREATE TABLE measure AS
SELECT e.school_code, e.scale, e.level, coalesce(t.trained, 0) AS training, coalesce(x.examined, 0) AS examination,
       CASE WHEN coalesce(b.heads, 0) = 0 THEN 500000
            WHEN coalesce(x.examined, 0) >= b.heads THEN 1000000
            ELSE CAST(floor(coalesce(x.examined, 0) * 1000000 / b.heads) AS BIGINT) END AS progress
FROM (SELECT school_code, sum(declared) AS scale,
             sum(declared * CASE level WHEN '初级' THEN 100 WHEN '中级' THEN 120 ELSE 150 END) AS level
      FROM outcome WHERE outcome = '建议通过' AND kind IN ('高职高专', '职业本科', '中职') GROUP BY school_code) e
LEFT JOIN (SELECT school_code, sum(trained) AS trained FROM performance WHERE year < 2021 GROUP BY school_code) t
  ON t.school_code = e.school_code
LEFT JOIN (SELECT school_code, sum(examined) AS examined FROM recorded WHERE year < 2021 GROUP BY school_code) x
  ON x.school_code = e.school_code
LEFT JOIN (SELECT school_code, sum(approved) AS heads FROM approval WHERE year < 2021 GROUP BY school_code) b
  ON b.school_code = e.school_code;
CREATE TABLE factor AS
SELECT 'scale' AS factor, 25000 AS pool, school_code, scale AS x FROM measure
UNION ALL SELECT 'level', 15000, school_code, level FROM measure
UNION ALL SELECT 'training', 20000, school_code, training FROM measure
UNION ALL SELECT 'examination', 20000, school_code, examination FROM measure
UNION ALL SELECT 'progress', 20000, school_code, progress FROM measure;
CREATE TABLE allocation AS
SELECT factor, school_code, quota + CASE WHEN place <= pool - given THEN 1 ELSE 0 END AS units
FROM (SELECT factor, pool, school_code, quota, sum(quota) OVER (PARTITION BY factor) AS given,
             row_number() OVER (PARTITION BY factor ORDER BY rest DESC, school_code) AS place
      FROM (SELECT factor, pool, school_code, (pool * x - pool * x % total) / total AS quota, pool * x % total AS rest
            FROM (SELECT factor, pool, school_code, CAST(x AS BIGINT) AS x,
                         CAST(sum(x) OVER (PARTITION BY factor) AS BIGINT) AS total FROM factor) f) q) p;

-- == answers

CREATE TABLE answer(name TEXT, value BIGINT);
INSERT INTO answer SELECT rule, count(*) FROM finding GROUP BY rule;
INSERT INTO answer SELECT outcome, count(*) FROM outcome GROUP BY outcome;
INSERT INTO answer SELECT 'school_count', sum(applications * declared + 3 * recommended * declared + 5 * returned * applications
  + 7 * under_review * applications + 11 * rejected * applications + 13 * first_review * applications
  + 17 * certificates * certificates) FROM school_count;
INSERT INTO answer SELECT 'certificate_count', sum(applications * declared + 3 * recommended * declared
  + 5 * returned * applications + 7 * under_review * applications + 11 * rejected * applications
  + 13 * first_review * applications + 17 * schools * schools) FROM certificate_count;
INSERT INTO answer SELECT 'major_count', sum(applications * declared + 3 * recommended * declared + 5 * returned * applications
  + 7 * under_review * applications + 11 * rejected * applications + 13 * first_review * applications
  + 17 * schools * schools) FROM major_count;
INSERT INTO answer SELECT 'region_count', sum(applications * declared + 3 * recommended * declared + 5 * returned * applications
  + 7 * under_review * applications + 11 * rejected * applications + 13 * first_review * applications
  + 17 * schools * schools + 19 * certificates * certificates) FROM region_count;
INSERT INTO answer SELECT 'kind_count', sum(applications * declared + 3 * recommended * declared + 5 * returned * applications
  + 7 * under_review * applications + 11 * rejected * applications + 13 * first_review * applications
  + 17 * schools * schools) FROM kind_count;
INSERT INTO answer SELECT 'release_count', sum(applications * declared + 3 * recommended * declared + 5 * returned * applications
  + 7 * under_review * applications + 11 * rejected * applications + 13 * first_review * applications
  + 17 * schools * schools) FROM release_count;
INSERT INTO answer SELECT 'allocation', sum(units * (1 + school_code % 1009)) FROM allocation;
