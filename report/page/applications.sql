-- sheet: 申报明细
-- title: 申报明细
-- intro: 须处理的在前。点问题，看问题清单中的第一条；点位置，打开原始文件。
-- more: 全部申报见 data/applications.csv 和 reports/review.xlsx 的“申报明细”。
-- filter: yes
-- column: 申报编号 | code | 16.5
-- column: 审核单位 | text | 10
-- column: 学校名称 | text | 19
-- column: 证书名称 | text | 20
-- column: 等级 | text | 6.5
-- column: 专业名称 | text | 16
-- column: 结论 | state | 9
-- column: 申报 | count | 6.5
-- column: 初审 | count | 6.5
-- column: 核定 | count | 6.5
-- column: 问题 | row | 7 | link 问题清单 | shown problems
-- column: 位置 | file | 24 | shown place
-- empty: 本批次没有申报
WITH listed AS (
  SELECT id, application_no, dataset, row_id,
         row_number() OVER (ORDER BY CASE severity WHEN 'reject' THEN 1 WHEN 'return' THEN 2 WHEN 'review' THEN 3 ELSE 4 END, id)
           AS n
  FROM finding),
concerned AS (
  SELECT row_id AS application, n FROM listed WHERE dataset = 'application' AND row_id IS NOT NULL
  UNION ALL
  SELECT a.id, l.n FROM listed l JOIN application a ON a.application_no = l.application_no
  WHERE l.dataset <> 'application' AND l.application_no IS NOT NULL),
problem AS (SELECT application, count(*) AS findings, min(n) AS first FROM concerned GROUP BY application)
SELECT a.application_no, coalesce(nullif(g.unit_name, ''), '（名录外）'), sn.text, cn.text,
       CASE a.level WHEN 1 THEN '初级' WHEN 2 THEN '中级' WHEN 3 THEN '高级' END, mn.text, o.outcome, o.declared,
       o.first_review, o.approved, p.first, s.file,
       p.findings || '条' AS problems, s.file || iif(s.sheet = '', '', ' ' || s.sheet) || ' 第' || a.row || '行' AS place
FROM application a
JOIN outcome o ON o.application = a.id
JOIN source s ON s.id = a.source
LEFT JOIN school_path sp ON sp.school_code = a.school_code
LEFT JOIN region_count g ON g.reviewing_unit = CASE WHEN sp.school_code IS NULL THEN ''
  WHEN sp.path = 'city' THEN printf('%06d', sp.unit) ELSE 'province' END
LEFT JOIN term sn ON sn.id = a.school_name
LEFT JOIN certificate_ref c ON c.id = a.certificate_ref
LEFT JOIN term cn ON cn.id = c.certificate_name
LEFT JOIN major_ref m ON m.id = a.major_ref
LEFT JOIN term mn ON mn.id = m.major_name
LEFT JOIN problem p ON p.application = a.id
ORDER BY CASE o.outcome WHEN '不符合' THEN 1 WHEN '退回' THEN 2 WHEN '待研判' THEN 3 WHEN '建议通过' THEN 4 ELSE 5 END,
         a.school_code, a.application_no, a.id;
