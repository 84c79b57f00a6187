-- view: counted
-- title: 统计口径下的申报
-- scan: application
-- reads: application outcome certificate_ref major_ref school_path certificate term
--
-- One row per application, as every count sees it; `application` is its id. Empty
-- numbers count 0. outcome: 1 通过, 2 建议通过, 3 待研判, 4 退回, 5 不符合. certificate_key
-- tells certificates apart: the code's term; of one that could not be resolved the
-- negative of its folded name's term; 0 where even that is unreadable. school_key counts
-- an unreadable code as one school more. reviewing_unit: a city only for a 中职 on the
-- city path (its code), 0 for the province, NULL where the school is unknown.
-- release_batch: 0 where the certificate could not be resolved.
WITH
named AS MATERIALIZED (    -- of records that repeat a code and level, or a code, the first counts
  SELECT certificate_code, level, release_batch FROM certificate
  WHERE id IN (SELECT MIN(id) FROM certificate GROUP BY certificate_code, level)),
first AS MATERIALIZED (
  SELECT certificate_code, release_batch FROM certificate
  WHERE id IN (SELECT MIN(id) FROM certificate GROUP BY certificate_code)),
blank(term) AS (           -- a name of brackets alone folds to nothing: it is no name
  SELECT COALESCE(MIN(folded), 0) FROM term WHERE folded_text = ''),
placed AS MATERIALIZED (   -- ref and level as one number; of a level not in the list: the code's batch
  SELECT r.id * 4 + l.level AS place, COALESCE(r.certificate, -NULLIF(r.unit, b.term), 0) AS certificate_key,
         COALESCE(n.release_batch, f.release_batch, 0) AS release_batch
  FROM blank b
  CROSS JOIN certificate_ref r
  CROSS JOIN (SELECT 0 AS level UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) l
  LEFT JOIN first f ON f.certificate_code = r.certificate
  LEFT JOIN named n ON n.certificate_code = r.certificate AND n.level = l.level)
SELECT a.id AS application, a.school_code, COALESCE(a.school_code, -1) AS school_key,
       CASE WHEN a.school_name IS NOT NULL THEN a.id END AS named_application,
       m.canonical AS major, a.level, COALESCE(c.certificate_key, 0) AS certificate_key,
       CASE WHEN p.path = 'city' THEN p.unit WHEN p.school_code IS NOT NULL THEN 0 END AS reviewing_unit,
       COALESCE(c.release_batch, 0) AS release_batch,
       CASE o.outcome WHEN '建议通过' THEN 2 WHEN '通过' THEN 1 WHEN '待研判' THEN 3 WHEN '退回' THEN 4
            WHEN '不符合' THEN 5 END AS outcome,
       COALESCE(o.declared, 0) AS declared,
       COALESCE(o.first_review, 0) AS first_review,
       COALESCE(o.approved, 0) AS approved
FROM application a
LEFT JOIN outcome o ON o.application = a.id
LEFT JOIN placed c ON c.place = a.certificate_ref * 4 + COALESCE(a.level, 0)
LEFT JOIN major_ref m ON m.id = a.major_ref
LEFT JOIN school_path p ON p.school_code = a.school_code
