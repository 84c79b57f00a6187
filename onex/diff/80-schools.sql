-- title: 各校人数
-- column: 学校标识码 | text | 13
-- column: 学校名称 | text | 28
-- column: 原申报条数 | count | 10
-- column: 现申报条数 | count | 10
-- column: 原申报 | count | 9
-- column: 现申报 | count | 9
-- column: 原初审 | count | 9
-- column: 现初审 | count | 9
-- column: 原核定 | count | 9
-- column: 现核定 | count | 9
-- column: 原因 | text | 60
WITH cause AS (
  SELECT iif(school_code IS NULL, '', printf('%010d', school_code)) AS school_code,
         iif(count(*) = 1, 'application/' || min(application_no) || coalesce('：' || min(cause), ''), count(*) || ' 条申报有变化') AS words
  FROM temp.changed_outcome GROUP BY school_code),
school AS (SELECT school_code FROM main.school_count UNION SELECT school_code FROM other.school_count)
SELECT s.school_code, coalesce(a.school_name, b.school_name) AS school_name,
       b.applications AS applications_before, a.applications AS applications_after,
       b.declared AS declared_before, a.declared AS declared_after,
       b.first_review AS first_review_before, a.first_review AS first_review_after,
       b.approved AS approved_before, a.approved AS approved_after, c.words AS cause
FROM school s
LEFT JOIN main.school_count b ON b.school_code = s.school_code
LEFT JOIN other.school_count a ON a.school_code = s.school_code
LEFT JOIN cause c ON c.school_code = s.school_code
WHERE (b.applications, b.declared, b.first_review, b.approved) IS NOT (a.applications, a.declared, a.first_review, a.approved)
ORDER BY s.school_code;
