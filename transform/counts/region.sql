-- count: region_count
-- title: 市州统计
-- after: school_count
-- reads: school_count counted school_path region term
--
-- By reviewing unit: a city, `province` for the schools that report there, empty for
-- unknown schools. Only units with applications stand here.
WITH
unit_certificate AS (
  SELECT unit, COUNT(*) AS certificates
  FROM (SELECT DISTINCT
               CASE WHEN p.school_code IS NULL THEN ''
                    WHEN p.path = 'city' THEN CASE WHEN p.unit IS NULL THEN '' ELSE printf('%06d', p.unit) END
                    ELSE 'province' END AS unit, c.certificate_key
        FROM (SELECT DISTINCT school_code, certificate_key FROM counted) c
        LEFT JOIN school_path p ON p.school_code = c.school_code)
  GROUP BY unit),
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
       CASE e.reviewing_unit
         WHEN '' THEN ''
         WHEN 'province' THEN '省直报'
         ELSE COALESCE((SELECT t.text FROM region r JOIN term t ON t.id = r.region_name
                        WHERE r.region_code = CAST(e.reviewing_unit AS INTEGER) ORDER BY r.id LIMIT 1), '')
       END AS unit_name,
       e.schools, e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       c.certificates, e.declared, e.first_review, e.approved,
       e.approved_junior, e.approved_intermediate, e.approved_senior
FROM each e
JOIN unit_certificate c ON c.unit = e.reviewing_unit
