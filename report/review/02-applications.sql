-- sheet: 申报明细
-- title: {batch}批次试点申报明细
-- intro: 每条申报一行，共{applications}条；“问题”列的数字可点，转到问题清单中的第一条；“来源”可点，打开原始文件。
-- freeze: 2
-- column: 序号 | count | 5 | center
-- column: 申报编号 | code | 16
-- column: 审核单位 | text | 9
-- column: 学校标识码 | code | 11
-- column: 学校名称 | text | 20
-- column: 证书名称 | text | 17
-- column: 等级 | text | 6 | center
-- column: 专业代码 | code | 8
-- column: 专业名称 | text | 14
-- column: 结论 | state | 9
-- column: 申报 | count | 7 | sum
-- column: 初审 | count | 7 | sum
-- column: 核定 | count | 7 | sum
-- column: 问题条数 | count | 5 | sum
-- column: 问题 | row | 7 | link 问题清单
-- column: 问题与处理意见 | wrap | 48
-- column: 来源文件 | text | 13
-- column: 工作表 | text | 7
-- column: 行 | count | 5
-- column: 来源 | file | 5
-- empty: 本批次没有申报
WITH listed AS (
  SELECT id, dataset = 'application' AS own, row_id, application_no,
         row_number() OVER (ORDER BY CASE severity WHEN 'reject' THEN 1 WHEN 'return' THEN 2 WHEN 'review' THEN 3 ELSE 4 END, id)
           AS n
  FROM finding),
concerned AS (
  SELECT CAST(iif(l.own, l.row_id, a.id) AS INTEGER) AS application, l.n, l.id
  FROM listed l LEFT JOIN application a ON a.application_no = iif(l.own, NULL, l.application_no)),
problem AS (
  SELECT a.id AS application, count(k.n) AS findings, min(k.n) AS first,
         group_concat(f.rule || '（' || CASE f.severity WHEN 'reject' THEN '不符合条件' WHEN 'return' THEN '退回修改'
           WHEN 'review' THEN '人工研判' ELSE '提示' END || iif(f.settled, '，已处理', '') || '）' || f.message, char(10)) AS words
  FROM application a LEFT JOIN (SELECT * FROM concerned ORDER BY application, n) k ON k.application = a.id
  LEFT JOIN finding f ON f.id = k.id
  GROUP BY a.id)
SELECT row_number() OVER (ORDER BY a.school_code, a.application_no, a.id), a.application_no,
       coalesce(nullif(g.unit_name, ''), '（名录外）'),
       iif(a.school_code IS NULL, NULL, printf('%010d', a.school_code)), sn.text, cn.text,
       CASE a.level WHEN 1 THEN '初级' WHEN 2 THEN '中级' WHEN 3 THEN '高级' END,
       m.major_code, mn.text, o.outcome, o.declared, o.first_review, o.approved,
       coalesce(p.findings, 0), p.first, p.words, s.file, s.sheet, a.row, s.file
FROM problem p
CROSS JOIN application a ON a.id = p.application
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
ORDER BY a.school_code, a.application_no, a.id;
