-- The shared checks and the two aggregates, over typed tables application, school,
-- account, city_review, performance and assessment; stock SQL that DuckDB and SQLite
-- both run. Each statement gives one number, named by the comment before it.

-- R03a
SELECT count(*) FROM application a JOIN school s ON s.school_code = a.school_code WHERE s.kind = '技工学校';
-- R04a
SELECT count(*) FROM application a JOIN school s ON s.school_code = a.school_code WHERE s.kind = '普通本科';
-- R04b
SELECT count(*) FROM application a JOIN school s ON s.school_code = a.school_code WHERE s.kind = '应用型本科';
-- R07a
SELECT count(*) FROM application a JOIN (
  SELECT school_code, major_code, major_name, major_level, certificate_name, issuer,
         sum(declared) AS declared, max(students) AS students
  FROM application GROUP BY 1, 2, 3, 4, 5, 6) g
  ON g.school_code = a.school_code AND g.major_code = a.major_code AND g.major_name = a.major_name
 AND g.major_level = a.major_level AND g.certificate_name = a.certificate_name AND g.issuer = a.issuer
WHERE g.declared > g.students OR a.pilots > g.students;
-- R07b
SELECT count(*) FROM application a JOIN (
  SELECT school_code, major_code, major_name, major_level, certificate_name, issuer,
         sum(declared) AS declared, max(students) AS students, max(pilots) AS pilots
  FROM application GROUP BY 1, 2, 3, 4, 5, 6) g
  ON g.school_code = a.school_code AND g.major_code = a.major_code AND g.major_name = a.major_name
 AND g.major_level = a.major_level AND g.certificate_name = a.certificate_name AND g.issuer = a.issuer
WHERE g.declared * 100 > g.students * 80 AND g.declared <= g.students AND g.pilots <= g.students;
-- R08
SELECT count(*) FROM application WHERE teachers = 0 AND pilots > 0;
-- R10
SELECT count(*) FROM application WHERE voluntary = '否';
-- R11
SELECT count(*) FROM application WHERE graduation = '是';
-- R12
SELECT count(*) FROM application WHERE training_fee > 0;
-- R13
SELECT count(*) FROM application a JOIN (
  SELECT school_code, major_code, major_name, major_level FROM application
  GROUP BY 1, 2, 3, 4 HAVING sum(paid) < max(pilots)) g
  ON g.school_code = a.school_code AND g.major_code = a.major_code AND g.major_name = a.major_name
 AND g.major_level = a.major_level;
-- R14
SELECT count(*) FROM application WHERE fee_date > submitted_day;
-- R17
SELECT count(*) FROM assessment a JOIN (
  SELECT certificate_no FROM assessment WHERE certificate_no IS NOT NULL
  GROUP BY certificate_no HAVING count(*) > 1) g ON g.certificate_no = a.certificate_no;
-- R18
SELECT count(*) FROM (
  SELECT DISTINCT a.school_code, a.certificate_name, a.level, a.year FROM assessment a
  WHERE NOT EXISTS (SELECT 1 FROM performance p WHERE p.school_code = a.school_code
    AND p.certificate_name = a.certificate_name AND p.level = a.level AND p.year = a.year));
-- R20
SELECT count(*) FROM application
WHERE agreement_date IS NULL OR agreement_date > submitted_day OR start_date < agreement_date;
-- R24
SELECT count(*) FROM application a LEFT JOIN account k ON k.account = a.account
WHERE k.account IS NULL OR k.school_code <> a.school_code;
-- R27a
SELECT count(*) FROM application a JOIN school s ON s.school_code = a.school_code
LEFT JOIN (SELECT application_no, max(review_date) AS latest FROM city_review GROUP BY 1) l
  ON l.application_no = a.application_no
LEFT JOIN city_review r ON r.application_no = l.application_no AND r.review_date = l.latest
WHERE s.kind = '中职' AND s.affiliation = '市州属' AND (r.application_no IS NULL OR r.conclusion = '退回');
-- R33a
SELECT count(*) FROM application WHERE submitted >= '2021-05-26T00:00:00';
-- R33b
SELECT count(*) FROM application WHERE submitted >= '2021-05-25T00:00:00' AND submitted < '2021-05-26T00:00:00'
   OR submitted < '2021-05-14T00:00:00';
-- R41
SELECT count(*) FROM application WHERE declared = 0;
-- R43a
SELECT count(*) FROM application a JOIN (
  SELECT school_code, certificate_name, issuer, level, major_code, major_name, major_level FROM application
  GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) > 1) g
  ON g.school_code = a.school_code AND g.certificate_name = a.certificate_name AND g.issuer = a.issuer
 AND g.level = a.level AND g.major_code = a.major_code AND g.major_name = a.major_name
 AND g.major_level = a.major_level;
-- R44
SELECT count(*) FROM application a JOIN (
  SELECT application_no FROM application GROUP BY 1 HAVING count(*) > 1) g ON g.application_no = a.application_no;
-- R48
SELECT count(*) FROM performance p LEFT JOIN (
  SELECT school_code, certificate_name, level, year, count(DISTINCT registration_no) AS examined,
         count(DISTINCT CASE WHEN result = '通过' THEN registration_no END) AS certified
  FROM assessment WHERE result <> '缺考' GROUP BY 1, 2, 3, 4) c
  ON c.school_code = p.school_code AND c.certificate_name = p.certificate_name AND c.level = p.level AND c.year = p.year
WHERE coalesce(c.examined, 0) <> p.examined OR coalesce(c.certified, 0) <> p.certified;
-- R49
SELECT count(*) FROM assessment a
WHERE result <> '通过' AND certificate_no IS NOT NULL OR result = '通过' AND certificate_no IS NULL
   OR exam_date > '2021-05-31'
   OR registration_no IN (SELECT registration_no FROM assessment GROUP BY 1 HAVING count(*) > 1);
-- schools
SELECT sum(applications * (1 + school_code % 1009)) + sum(declared * (1 + school_code % 2003)) FROM (
  SELECT school_code, count(*) AS applications, sum(declared) AS declared FROM application GROUP BY 1);
-- certificates
SELECT sum(declared * schools + schools * schools) FROM (
  SELECT certificate_name, level, count(DISTINCT school_code) AS schools, sum(declared) AS declared
  FROM application GROUP BY 1, 2);
