-- sheet: 规则目录
-- title: {batch}批次规则目录
-- intro: 每条规则、每种情形一行；“发现”为问题条数，“无法判定”为缺少数据而不能判断的条数（不等于合格）。以F开头的是填写规则，以S开头的是来源规则。
-- freeze: 3
-- column: 规则 | code | 7 | center
-- column: 情形 | text | 6 | center
-- column: 名称 | text | 18
-- column: 条款 | text | 9 | center
-- column: 通知原文 | wrap | 70
-- column: 级别 | state | 12
-- column: 原定级别 | text | 11 | center
-- column: 核查记录数 | count | 10
-- column: 发现 | count | 9 | sum
-- column: 无法判定 | count | 9 | sum
-- column: 规则文件摘要 | code | 18
WITH entry AS (
  SELECT r.rule, r.rule_case, r.title, r.clause, r.sentence, r.severity, r.default_severity, r.checked, r.fired,
         (SELECT x.fired FROM rule x WHERE x.rule = r.rule AND x.rule_case = 'x') AS unjudged, r.sha256,
         row_number() OVER (PARTITION BY r.rule ORDER BY r.rule_case) AS ordinal
  FROM rule r WHERE r.rule_case <> 'x'
  UNION ALL
  SELECT f.rule, '', '', '', '', min(f.severity), min(f.severity), NULL, count(*), NULL, NULL, 1
  FROM finding f
  WHERE f.rule NOT IN (SELECT rule FROM rule)
  GROUP BY f.rule)
SELECT rule, rule_case, title, iif(clause = 'general', '通用', clause), sentence,
       CASE severity WHEN 'reject' THEN '不符合条件' WHEN 'return' THEN '退回修改' WHEN 'review' THEN '人工研判' ELSE '提示' END,
       iif(severity = default_severity, '', CASE default_severity WHEN 'reject' THEN '不符合条件' WHEN 'return' THEN '退回修改'
         WHEN 'review' THEN '人工研判' ELSE '提示' END),
       checked, fired, iif(ordinal = 1, unjudged, NULL), substr(sha256, 1, 16)
FROM entry
ORDER BY rule, rule_case;
