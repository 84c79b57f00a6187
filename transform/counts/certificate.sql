-- count: certificate_count
-- title: 证书统计
-- reads: certificate_tally certificate certificate_ref term enumeration
--
-- A certificate that could not be resolved stands with an empty code, its folded name
-- and no release batch; an unreadable level is empty.
WITH
registered AS (   -- the first record of a code names it
  SELECT c.certificate_code AS certificate, code.text AS code, name.text AS name
  FROM certificate c
  JOIN term code ON code.id = c.certificate_code
  LEFT JOIN certificate_ref r ON r.id = c.certificate_ref
  LEFT JOIN term name ON name.id = r.certificate_name
  WHERE c.id IN (SELECT MIN(id) FROM certificate GROUP BY certificate_code))
SELECT COALESCE(g.code, '') AS certificate_code,
       COALESCE(g.name, n.folded_text, '') AS certificate_name,
       NULLIF(e.release_batch, 0) AS release_batch,
       COALESCE((SELECT text FROM enumeration
                 WHERE dataset = 'application' AND field = 'level' AND position = e.level), '') AS level,
       e.schools, e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       e.declared, e.first_review, e.approved
FROM certificate_tally e
LEFT JOIN registered g ON g.certificate = e.certificate_key
LEFT JOIN term n ON n.id = -e.certificate_key
ORDER BY 1, 2, e.level
