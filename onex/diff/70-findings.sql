-- title: 问题
-- column: 变化 | text | 8
-- column: 规则 | text | 7
-- column: 情形 | text | 6
-- column: 原级别 | text | 10
-- column: 现级别 | text | 10
-- column: 数据 | text | 10
-- column: 记录 | text | 24
-- column: 申报编号 | text | 20
-- column: 学校标识码 | text | 13
-- column: 位置 | text | 28
-- column: 原问题 | text | 50
-- column: 现问题 | text | 50
-- column: 原因 | text | 40
WITH word(severity, title) AS (VALUES ('reject', '不符合条件'), ('return', '退回修改'), ('review', '人工研判'), ('note', '提示')),
rewritten AS (
  SELECT b.rule FROM main.rule b JOIN other.rule a ON a.rule = b.rule AND a.rule_case = b.rule_case
  WHERE b.sha256 IS NOT a.sha256 OR b.severity <> a.severity GROUP BY b.rule)
SELECT f.change, f.rule, f.rule_case,
       (SELECT title FROM word WHERE severity = f.weight_before) AS weight_before,
       (SELECT title FROM word WHERE severity = f.weight_after) AS weight_after,
       f.dataset, f.record_key, f.application_no, f.school_code, coalesce(f.place_after, f.place_before) AS place,
       f.message_before, f.message_after,
       coalesce(
         (SELECT group_concat(word, '；') FROM (
            SELECT CASE c.change WHEN '修改' THEN '字段“' || c.field || '”' ELSE '申报' || c.change END AS word
            FROM temp.changed_field c WHERE c.application_no = f.application_no ORDER BY c.n, c.position)),
         (SELECT '规则或级别有变动' FROM rewritten r WHERE r.rule = f.rule),
         (SELECT '通知参数有变动' FROM main.batch b, other.batch a WHERE b.notice_sha256 <> a.notice_sha256)) AS cause
FROM temp.changed_finding f
ORDER BY f.rule, f.rule_case, f.dataset, f.record_key, f.part, f.n;
