-- count: school_count
-- title: 院校统计
-- reads: counted school_path school term application enumeration
--
-- A registered school stands with the registry's name; another with the name that
-- its first application declares. Applications with an unreadable code share the
-- empty one. reviewing_unit is a city only for a 中职 on the city path.
WITH each AS (
  SELECT school_code,
         MIN(CASE WHEN school_name IS NOT NULL THEN application END) AS first_named,
         COUNT(*) AS applications,
         SUM(recommended) AS recommended, SUM(approved_application) AS approved_applications,
         SUM(returned) AS returned, SUM(rejected) AS rejected, SUM(under_review) AS under_review,
         COUNT(DISTINCT certificate_key) AS certificates,
         SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved,
         SUM((level IS 1) * approved) AS approved_junior,
         SUM((level IS 2) * approved) AS approved_intermediate,
         SUM((level IS 3) * approved) AS approved_senior
  FROM counted
  GROUP BY school_code)
SELECT CASE WHEN e.school_code IS NULL THEN '' ELSE printf('%010d', e.school_code) END AS school_code,
       CASE WHEN e.school_code IS NULL THEN ''
            ELSE COALESCE((SELECT t.text FROM school s JOIN term t ON t.id = s.school_name WHERE s.id = p.school_id),
                          (SELECT t.text FROM application a JOIN term t ON t.id = a.school_name
                           WHERE a.id = e.first_named), '')
       END AS school_name,
       COALESCE((SELECT text FROM enumeration
                 WHERE dataset = 'school' AND field = 'school_kind' AND position = p.school_kind), '') AS school_kind,
       CASE WHEN p.school_code IS NULL THEN ''
            WHEN p.path = 'city' THEN CASE WHEN p.unit IS NULL THEN '' ELSE printf('%06d', p.unit) END
            ELSE 'province' END AS reviewing_unit,
       e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       e.certificates, e.declared, e.first_review, e.approved,
       e.approved_junior, e.approved_intermediate, e.approved_senior
FROM each e
LEFT JOIN school_path p ON p.school_code = e.school_code
