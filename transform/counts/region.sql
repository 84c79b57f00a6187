-- count: region_count
-- title: 市州统计
-- after: school_count
-- reads: school_count unit_tally region term
--
-- By reviewing unit: a city, `province` for the schools that report there, empty for
-- unknown schools. Only units with applications stand here.
WITH
unit AS (
  SELECT CASE WHEN reviewing_unit IS NULL THEN '' WHEN reviewing_unit = 0 THEN 'province'
              ELSE printf('%06d', reviewing_unit) END AS reviewing_unit,
         reviewing_unit AS code, certificates
  FROM unit_tally),
each AS (
  SELECT reviewing_unit, COUNT(*) AS schools, SUM(applications) AS applications,
         SUM(recommended) AS recommended, SUM(approved_applications) AS approved_applications,
         SUM(returned) AS returned, SUM(rejected) AS rejected, SUM(under_review) AS under_review,
         SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved,
         SUM(approved_junior) AS approved_junior, SUM(approved_intermediate) AS approved_intermediate,
         SUM(approved_senior) AS approved_senior
  FROM school_count
  GROUP BY reviewing_unit)
SELECT e.reviewing_unit,
       CASE e.reviewing_unit WHEN '' THEN '' WHEN 'province' THEN '省直报'
            ELSE COALESCE((SELECT t.text FROM region r JOIN term t ON t.id = r.region_name
                           WHERE r.region_code = u.code ORDER BY r.id LIMIT 1), '') END AS unit_name,
       e.schools, e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       u.certificates, e.declared, e.first_review, e.approved,
       e.approved_junior, e.approved_intermediate, e.approved_senior
FROM each e
LEFT JOIN unit u ON u.reviewing_unit = e.reviewing_unit
ORDER BY e.reviewing_unit
