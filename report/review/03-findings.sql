-- sheet: 问题清单
-- title: {batch}批次问题清单
-- intro: 每个问题一行，共{findings}条，先重后轻；“申报”转到申报明细，“依据”转到规则目录中的通知原文，“来源”打开原始文件。
-- freeze: 4
-- column: 序号 | count | 5 | center
-- column: 规则 | code | 5 | center
-- column: 情形 | text | 5 | center
-- column: 级别 | state | 10
-- column: 条款 | text | 8 | center
-- column: 依据 | row | 7 | link 规则目录
-- column: 学校标识码 | code | 11
-- column: 学校名称 | text | 15
-- column: 记录 | code | 17
-- column: 申报 | row | 8 | link 申报明细
-- column: 问题与处理意见 | wrap | 46
-- column: 原文 | wrap | 12
-- column: 读取为 | wrap | 12
-- column: 应为 | wrap | 15
-- column: 处理情况 | text | 8 | center
-- column: 数据 | text | 8
-- column: 来源文件 | text | 13
-- column: 工作表 | text | 7
-- column: 行 | count | 5
-- column: 列 | text | 5 | center
-- column: 来源 | file | 5
-- empty: 没有发现问题
WITH place AS (
  SELECT id, application_no, row_number() OVER (ORDER BY school_code, application_no, id) AS n FROM application),
first_place AS (
  SELECT application_no, min(n) AS n FROM place GROUP BY application_no),
catalogue AS (
  SELECT rule, rule_case, row_number() OVER (ORDER BY rule, rule_case) AS n FROM (
    SELECT rule, rule_case FROM rule WHERE rule_case <> 'x'
    UNION
    SELECT rule, '' FROM finding WHERE rule NOT IN (SELECT rule FROM rule))),
of_rule AS (SELECT rule, min(n) AS n FROM catalogue GROUP BY rule),
listed AS (
  SELECT id, row_number() OVER (ORDER BY CASE severity WHEN 'reject' THEN 1 WHEN 'return' THEN 2 WHEN 'review' THEN 3 ELSE 4 END, id)
           AS n
  FROM finding)
SELECT l.n,
       f.rule, iif(f.rule_case = 'x', '无法判定', f.rule_case),
       CASE f.severity WHEN 'reject' THEN '不符合条件' WHEN 'return' THEN '退回修改' WHEN 'review' THEN '人工研判' ELSE '提示' END,
       iif(f.clause = 'general', '通用', f.clause), coalesce(c.n, r.n), f.school_code, sc.school_name, f.record_key,
       iif(f.dataset = 'application', p.n, q.n), f.message, f.raw, f.understood, f.allowed,
       iif(f.settled, '已由审核决定处理', ''), coalesce(d.title, iif(f.dataset = 'batch', '本批次', '')), s.file, s.sheet, f.row,
       f.place, s.file
FROM listed l
CROSS JOIN finding f ON f.id = l.id
LEFT JOIN source s ON s.id = f.source
LEFT JOIN dataset d ON d.name = f.dataset
LEFT JOIN school_count sc ON sc.school_code = f.school_code
LEFT JOIN catalogue c ON c.rule = f.rule AND c.rule_case = f.rule_case
LEFT JOIN of_rule r ON r.rule = iif(c.n IS NULL, f.rule, NULL)
LEFT JOIN place p ON p.id = iif(f.dataset = 'application', f.row_id, NULL)
LEFT JOIN first_place q ON q.application_no = iif(f.dataset = 'application', NULL, f.application_no)
ORDER BY l.n;
