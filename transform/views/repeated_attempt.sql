-- view: repeated_attempt
-- title: 同年重复考核
-- kept: rows
-- after: attempt
-- reads: attempt assessment assessment_twin certificate_ref batch
--
-- What the attempts count too often: R48 counts a 报名号 once per school, certificate,
-- level and calendar year. Attempts that share a 报名号 stand in assessment_twin. Days
-- become years by arithmetic: whole_years is right or off by one, then put right.
WITH
twin AS (
  SELECT id, first FROM assessment_twin WHERE kind = 'registration'
  UNION
  SELECT first, first FROM assessment_twin WHERE kind = 'registration'),
dated AS (
  SELECT t.first, a.school_code, r.unit, a.level, a.exam_date + 719162 AS day,
         (a.exam_date + 719162) * 400 / 146097 AS whole_years
  FROM twin t
  JOIN attempt a ON a.assessment = t.id
  JOIN certificate_ref r ON r.id = a.certificate_ref),
yearly AS (
  SELECT first, school_code, unit, level,
         whole_years - (day < 365 * whole_years + whole_years / 4 - whole_years / 100 + whole_years / 400)
         + (day >= 365 * (whole_years + 1) + (whole_years + 1) / 4 - (whole_years + 1) / 100
                   + (whole_years + 1) / 400) AS year
  FROM dated)
SELECT school_code, SUM(again) AS attempts
FROM (SELECT school_code, COUNT(*) - 1 AS again FROM yearly
      GROUP BY first, school_code, unit, level, year HAVING COUNT(*) > 1)
GROUP BY school_code
