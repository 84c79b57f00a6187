-- sheet: 问题清单
-- title: 问题清单
-- intro: 先重后轻。规则可点，转到规则目录中的通知原文；申报可点，转到申报明细；位置可点，打开原始文件。
-- more: 全部问题见 data/findings.csv 和 reports/review.xlsx 的“问题清单”。
-- filter: yes
-- column: 规则 | code | 7
-- column: 依据 | row | 8 | link 规则目录
-- column: 级别 | state | 11
-- column: 条款 | text | 8
-- column: 学校名称 | text | 20
-- column: 记录 | text | 20
-- column: 申报 | row | 9 | link 申报明细
-- column: 问题与处理意见 | wrap | 56
-- column: 原文 | wrap | 16
-- column: 应为 | wrap | 20
-- column: 位置 | text | 20
-- column: 来源 | file | 8
-- empty: 没有发现问题
WITH place AS (
  SELECT a.id, a.application_no, row_number() OVER (
           ORDER BY CASE o.outcome WHEN '不符合' THEN 1 WHEN '退回' THEN 2 WHEN '待研判' THEN 3 WHEN '建议通过' THEN 4 ELSE 5 END,
                    a.school_code, a.application_no, a.id) AS n
  FROM application a JOIN outcome o ON o.application = a.id),
first_place AS (SELECT application_no, min(n) AS n FROM place GROUP BY application_no),
catalogue AS (
  SELECT rule, rule_case, row_number() OVER (ORDER BY rule, rule_case) AS n FROM (
    SELECT rule, rule_case FROM rule WHERE rule_case <> 'x'
    UNION
    SELECT rule, '' FROM finding WHERE rule NOT IN (SELECT rule FROM rule))),
of_rule AS (SELECT rule, min(n) AS n FROM catalogue GROUP BY rule)
SELECT f.rule || iif(f.rule_case IN ('', 'x'), '', f.rule_case), coalesce(c.n, r.n),
       CASE f.severity WHEN 'reject' THEN '不符合条件' WHEN 'return' THEN '退回修改' WHEN 'review' THEN '人工研判' ELSE '提示' END,
       iif(f.clause = 'general', '通用', f.clause), sc.school_name, f.record_key,
       iif(f.dataset = 'application', p.n, q.n),
       iif(f.settled, '（已由审核决定处理）', '') || f.message, f.raw, f.allowed,
       s.file || iif(s.sheet = '', '', ' ' || s.sheet) || coalesce(' 第' || f.row || '行', '') || coalesce(' ' || f.place || '列', ''),
       s.file
FROM finding f
LEFT JOIN source s ON s.id = f.source
LEFT JOIN school_count sc ON sc.school_code = f.school_code
LEFT JOIN catalogue c ON c.rule = f.rule AND c.rule_case = f.rule_case
LEFT JOIN of_rule r ON r.rule = f.rule
LEFT JOIN place p ON p.id = f.row_id AND f.dataset = 'application'
LEFT JOIN first_place q ON q.application_no = f.application_no AND f.dataset <> 'application'
ORDER BY CASE f.severity WHEN 'reject' THEN 1 WHEN 'return' THEN 2 WHEN 'review' THEN 3 ELSE 4 END, f.id;
