-- count: release_count
-- title: 证书批次统计
-- after: certificate_count
-- reads: certificate_count counted certificate term enumeration
--
-- By the batch in which the certificate was made public; 0 where the application's
-- certificate could not be resolved.
WITH
place AS (        -- the release batch of a certificate at a level, as certificate_count has it
  SELECT t.id AS certificate, n.position AS level, COALESCE(c.release_batch, 0) AS release_batch
  FROM certificate_count c
  JOIN (SELECT DISTINCT certificate_code AS id FROM certificate) k
  JOIN term t ON t.id = k.id AND t.text = c.certificate_code
  LEFT JOIN enumeration n ON n.dataset = 'application' AND n.field = 'level' AND n.text = c.level),
pair AS (
  SELECT DISTINCT school_code, certificate, level FROM counted),
school AS (
  SELECT release_batch, COUNT(*) AS schools
  FROM (SELECT DISTINCT COALESCE(c.school_code, -1), COALESCE(p.release_batch, 0) AS release_batch
        FROM pair c
        LEFT JOIN place p ON p.certificate = c.certificate AND p.level IS c.level)
  GROUP BY release_batch),
each AS (
  SELECT COALESCE(release_batch, 0) AS release_batch, SUM(applications) AS applications,
         SUM(recommended) AS recommended, SUM(approved_applications) AS approved_applications,
         SUM(returned) AS returned, SUM(rejected) AS rejected, SUM(under_review) AS under_review,
         SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved
  FROM certificate_count
  GROUP BY COALESCE(release_batch, 0))
SELECT e.release_batch, s.schools, e.applications, e.recommended, e.approved_applications,
       e.returned, e.rejected, e.under_review, e.declared, e.first_review, e.approved
FROM each e
JOIN school s ON s.release_batch = e.release_batch
