-- view: attempt_tally
-- title: 往年考核人次
-- kept: rows
-- reads: assessment_group batch certificate_ref
--
-- The attempts of view `attempt`, already counted by ingest.
SELECT g.school_code, SUM(g.examined) AS attempts
FROM assessment_group g
JOIN certificate_ref r ON r.id = g.certificate_ref
WHERE r.certificate_name IS NOT NULL AND g.year < (SELECT year FROM batch)
GROUP BY g.school_code
