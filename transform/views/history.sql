-- view: history
-- title: 往年情况
-- reads: batch approval performance assessment assessment_twin certificate_ref
--
-- Per school, the sums over the years before the batch's: trained (培训人数),
-- examined (考核人数) and approved_before (获批人数). Examined comes from the
-- assessment records where the batch has any, counted as in R48: distinct 报名号
-- with 通过 or 未通过 per school, certificate, level and calendar year; else from
-- what the schools report. assessment.result: 1 通过, 2 未通过. A record counts
-- where the fields that matter could be read.
--
-- Attempts that share a 报名号 stand in assessment_twin, so all attempts are
-- counted and the repeated ones among the twins taken off again. Days are turned
-- into years by arithmetic: day + 719162 counts from 0001-01-01.
WITH
limits AS (
  SELECT year, 365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 719162 AS first_day
  FROM batch),
twin AS (
  SELECT id, first FROM assessment_twin WHERE kind = 'registration'
  UNION
  SELECT first, first FROM assessment_twin WHERE kind = 'registration'),
attempt AS (
  SELECT t.first, a.school_code, r.unit, a.level, a.exam_date + 719162 AS day,
         (a.exam_date + 719162) * 400 / 146097 AS whole_years
  FROM twin t
  JOIN assessment a ON a.id = t.id
  JOIN certificate_ref r ON r.id = a.certificate_ref
  WHERE a.result IN (1, 2) AND a.level IS NOT NULL AND a.school_code IS NOT NULL
    AND NOT a.certificate_name_unknown AND a.exam_date < (SELECT first_day FROM limits)),
repeated AS (
  SELECT school_code, COUNT(*) - 1 AS heads
  FROM (SELECT first, school_code, unit, level,
               whole_years - (day < 365 * whole_years + whole_years / 4 - whole_years / 100 + whole_years / 400)
               + (day >= 365 * (whole_years + 1) + (whole_years + 1) / 4 - (whole_years + 1) / 100
                         + (whole_years + 1) / 400) AS year
        FROM attempt)
  GROUP BY first, school_code, unit, level, year
  HAVING COUNT(*) > 1)
SELECT school_code, SUM(trained) AS trained, SUM(examined) AS examined, SUM(approved) AS approved_before
FROM (
  SELECT school_code, 0 AS trained, COUNT(*) AS examined, 0 AS approved
  FROM assessment
  WHERE result IN (1, 2) AND level IS NOT NULL AND school_code IS NOT NULL
    AND NOT certificate_name_unknown AND exam_date < (SELECT first_day FROM limits)
  GROUP BY school_code
  UNION ALL
  SELECT school_code, 0, -SUM(heads), 0 FROM repeated GROUP BY school_code
  UNION ALL
  SELECT school_code, COALESCE(SUM(trained), 0),
         CASE WHEN EXISTS(SELECT 1 FROM assessment) THEN 0 ELSE COALESCE(SUM(examined), 0) END, 0
  FROM performance
  WHERE school_code IS NOT NULL AND year < (SELECT year FROM limits)
  GROUP BY school_code
  UNION ALL
  SELECT school_code, 0, 0, COALESCE(SUM(approved_before), 0)
  FROM approval
  WHERE school_code IS NOT NULL AND year < (SELECT year FROM limits)
  GROUP BY school_code)
GROUP BY school_code
