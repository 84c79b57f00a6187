-- title: 各校资金
-- column: 方案 | text | 24
-- column: 学校标识码 | text | 13
-- column: 学校名称 | text | 28
-- column: 原金额（元） | yuan | 16
-- column: 现金额（元） | yuan | 16
-- column: 变化（元） | yuan | 16
-- column: 原因 | text | 70
WITH school AS (
  SELECT run, school_code FROM main.allocation_total UNION SELECT run, school_code FROM other.allocation_total),
own AS (
  SELECT school_code, count(*) AS applications, min(application_no) AS application_no, min(cause) AS cause
  FROM temp.changed_outcome WHERE school_code IS NOT NULL GROUP BY school_code),
only_one AS (SELECT min(application_no) AS application_no FROM temp.changed_outcome HAVING count(*) = 1),
factor AS (
  SELECT b.run, b.school_code, group_concat(p.title || ' ' || b.x || ' → ' || a.x, '，') AS words
  FROM main.allocation b
  JOIN other.allocation a ON a.run = b.run AND a.factor = b.factor AND a.school_code = b.school_code AND a.x <> b.x
  JOIN other.factor_pool p ON p.run = a.run AND p.factor = a.factor
  GROUP BY b.run, b.school_code)
SELECT s.run, printf('%010d', s.school_code) AS school_code,
       (SELECT coalesce(max(c.school_name), (SELECT d.school_name FROM main.school_count d
                                             WHERE d.school_code = printf('%010d', s.school_code)))
        FROM other.school_count c WHERE c.school_code = printf('%010d', s.school_code)) AS school_name,
       b.amount_fen AS amount_fen_before, a.amount_fen AS amount_fen_after,
       coalesce(a.amount_fen, 0) - coalesce(b.amount_fen, 0) AS difference_fen,
       CASE WHEN o.applications = 1 THEN 'application/' || o.application_no || coalesce('：' || o.cause, '')
            WHEN o.applications > 1 THEN o.applications || ' 条申报有变化' || coalesce('；' || f.words, '')
            WHEN f.words IS NOT NULL THEN '因素值：' || f.words
            ELSE '本校数据未变，' || coalesce('受 application/' || (SELECT application_no FROM only_one) || ' 的变化影响',
                                          '受其他学校、资金总额或权重变化的影响') END AS cause
FROM school s
LEFT JOIN main.allocation_total b ON b.run = s.run AND b.school_code = s.school_code
LEFT JOIN other.allocation_total a ON a.run = s.run AND a.school_code = s.school_code
LEFT JOIN own o ON o.school_code = s.school_code
LEFT JOIN factor f ON f.run = s.run AND f.school_code = s.school_code
WHERE b.amount_fen IS NOT a.amount_fen
ORDER BY s.run, s.school_code;
