-- count: certificate_count
-- title: 证书统计
-- reads: counted certificate certificate_ref term enumeration
--
-- A certificate that could not be resolved stands with an empty code, its folded name
-- and no release batch; an unreadable level is empty.
WITH
registered AS (   -- the first record of a code names it
  SELECT c.certificate_code AS certificate, code.text AS code, name.text AS name, c.release_batch
  FROM certificate c
  JOIN term code ON code.id = c.certificate_code
  LEFT JOIN certificate_ref r ON r.id = c.certificate_ref
  LEFT JOIN term name ON name.id = r.certificate_name
  WHERE c.id IN (SELECT MIN(id) FROM certificate GROUP BY certificate_code)),
each AS (
  SELECT certificate, unresolved, level,
         COUNT(DISTINCT COALESCE(school_code, -1)) AS schools, COUNT(*) AS applications,
         SUM(recommended) AS recommended, SUM(approved_application) AS approved_applications,
         SUM(returned) AS returned, SUM(rejected) AS rejected, SUM(under_review) AS under_review,
         SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved
  FROM counted
  GROUP BY certificate, unresolved, level)
SELECT COALESCE(g.code, '') AS certificate_code,
       COALESCE(g.name, n.folded_text, '') AS certificate_name,
       COALESCE((SELECT c.release_batch FROM certificate c
                 WHERE c.certificate_code = e.certificate AND c.level = e.level ORDER BY c.id LIMIT 1),
                g.release_batch) AS release_batch,
       COALESCE((SELECT text FROM enumeration
                 WHERE dataset = 'application' AND field = 'level' AND position = e.level), '') AS level,
       e.schools, e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       e.declared, e.first_review, e.approved
FROM each e
LEFT JOIN registered g ON g.certificate = e.certificate
LEFT JOIN term n ON n.id = e.unresolved
