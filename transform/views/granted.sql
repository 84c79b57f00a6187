-- view: granted
-- title: 列入试点的人数
-- kept: rows
-- after: school_tally
-- reads: school_tally
--
-- Per school with 通过 or 建议通过, and level: what is approved (核定), and what 建议通过
-- declares, which the provisional run (预测算) takes besides. Carried-over numbers are
-- inside the declared ones. The applications are those of all levels.
SELECT s.school_code, l.level, s.approved_applications, s.recommended AS recommended_applications,
       COALESCE(CASE l.level WHEN 1 THEN s.approved_junior WHEN 2 THEN s.approved_intermediate
                             ELSE s.approved_senior END, 0) AS approved_heads,
       COALESCE(CASE l.level WHEN 1 THEN s.recommended_junior WHEN 2 THEN s.recommended_intermediate
                             ELSE s.recommended_senior END, 0) AS recommended_heads
FROM school_tally s
CROSS JOIN (SELECT 1 AS level UNION ALL SELECT 2 UNION ALL SELECT 3) l
WHERE s.school_code IS NOT NULL AND (s.approved_applications > 0 OR s.recommended > 0)
