-- sheet: 问题清单
-- title: 问题清单
-- intro: 先重后轻。点规则，看规则目录中的通知原文；点记录，看该条申报；点位置，打开原始文件。
-- more: 全部问题见 data/findings.csv 和 reports/review.xlsx 的“问题清单”。
-- filter: yes
-- column: 规则 | row | 6.5 | link 规则目录 | shown rule_case
-- column: 级别 | state | 12
-- column: 条款 | text | 6
-- column: 审核单位 | text | 10
-- column: 学校名称 | text | 15
-- column: 记录 | row | 17 | link 申报明细 | shown record
-- column: 问题与处理意见 | wrap | 48
-- column: 原文 | wrap | 12
-- column: 应为 | wrap | 14.5
-- column: 位置 | file | 17 | shown place
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
SELECT coalesce(c.n, r.n),
       CASE f.severity WHEN 'reject' THEN '不符合条件' WHEN 'return' THEN '退回修改' WHEN 'review' THEN '人工研判' ELSE '提示' END,
       iif(f.clause = 'general', '通用', f.clause), g.unit_name, sc.school_name,
       iif(f.dataset = 'application', p.n, q.n),
       iif(f.settled, '（已由审核决定处理）', '') || f.message, f.raw, f.allowed,
       s.file,
       f.rule || iif(f.rule_case IN ('', 'x'), '', f.rule_case) AS rule_case, f.record_key AS record,
       s.file || iif(s.sheet = '', '', ' ' || s.sheet) || coalesce(' 第' || f.row || '行', '') || coalesce(' ' || f.place || '列', '') AS place
FROM finding f
LEFT JOIN source s ON s.id = f.source
LEFT JOIN school_count sc ON sc.school_code = f.school_code
LEFT JOIN school_path sp ON sp.school_code = f.school_code
LEFT JOIN region_count g ON g.reviewing_unit = CASE WHEN sp.path = 'city' THEN printf('%06d', sp.unit)
  WHEN sp.path IS NOT NULL THEN 'province' END
LEFT JOIN catalogue c ON c.rule = f.rule AND c.rule_case = f.rule_case
LEFT JOIN of_rule r ON r.rule = iif(c.n IS NULL, f.rule, NULL)
LEFT JOIN place p ON p.id = iif(f.dataset = 'application', f.row_id, NULL)
LEFT JOIN first_place q ON q.application_no = iif(f.dataset = 'application', NULL, f.application_no)
ORDER BY CASE f.severity WHEN 'reject' THEN 1 WHEN 'return' THEN 2 WHEN 'review' THEN 3 ELSE 4 END, f.id;
