-- count: major_count
-- title: 专业统计
-- reads: counted major_ref term enumeration
--
-- A major is its six digits, name and level together; the letters K, T and TK do not
-- tell majors apart. Unreadable parts are empty.
WITH
named AS (
  SELECT m.id, CASE WHEN c.base_code IS NULL THEN '' ELSE printf('%06d', c.base_code) END AS code, COALESCE(t.text, '') AS name,
         COALESCE(n.text, '') AS level
  FROM major_ref m
  JOIN major_ref c ON c.id = COALESCE(m.canonical, m.id)
  LEFT JOIN term t ON t.id = c.major_name
  LEFT JOIN enumeration n ON n.dataset = 'application' AND n.field = 'major_level' AND n.position = c.major_level),
place AS (
  SELECT id, CASE WHEN code = '' AND name = '' AND level = '' THEN 0
                  ELSE MIN(id) OVER (PARTITION BY code, name, level) END AS major
  FROM named),
each AS (
  SELECT COALESCE(p.major, 0) AS major,
         COUNT(DISTINCT COALESCE(c.school_code, -1)) AS schools, COUNT(*) AS applications,
         SUM(recommended) AS recommended, SUM(approved_application) AS approved_applications,
         SUM(returned) AS returned, SUM(rejected) AS rejected, SUM(under_review) AS under_review,
         SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved
  FROM counted c
  LEFT JOIN place p ON p.id = c.major_ref
  GROUP BY COALESCE(p.major, 0))
SELECT COALESCE(n.code, '') AS major_code, COALESCE(n.name, '') AS major_name, COALESCE(n.level, '') AS major_level,
       e.schools, e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       e.declared, e.first_review, e.approved
FROM each e
LEFT JOIN named n ON n.id = e.major
