-- title: 总体情况
-- shows: all
-- column: 项目 | text | 26
-- column: 原 | count | 14
-- column: 现 | count | 14
-- column: 变化 | count | 14
WITH word(position, outcome) AS (VALUES (1, '通过'), (2, '建议通过'), (3, '待研判'), (4, '退回'), (5, '不符合')),
weight(position, severity, title) AS (VALUES (1, 'reject', '不符合条件'), (2, 'return', '退回修改'), (3, 'review', '人工研判'),
  (4, 'note', '提示')),
line AS (
  SELECT 10 AS position, '申报条数' AS item, (SELECT count(*) FROM main.outcome) AS before,
         (SELECT count(*) FROM other.outcome) AS after
  UNION ALL
  SELECT 20 + w.position, '结论为' || w.outcome || '（条）', (SELECT count(*) FROM main.outcome o WHERE o.outcome = w.outcome),
         (SELECT count(*) FROM other.outcome o WHERE o.outcome = w.outcome) FROM word w
  UNION ALL
  SELECT 31, '申报人数', (SELECT sum(declared) FROM main.outcome), (SELECT sum(declared) FROM other.outcome)
  UNION ALL
  SELECT 32, '初审人数', (SELECT sum(first_review) FROM main.outcome), (SELECT sum(first_review) FROM other.outcome)
  UNION ALL
  SELECT 33, '核定人数', (SELECT sum(approved) FROM main.outcome), (SELECT sum(approved) FROM other.outcome)
  UNION ALL
  SELECT 40 + w.position, '问题：' || w.title || '（条）', (SELECT count(*) FROM main.finding f WHERE f.severity = w.severity),
         (SELECT count(*) FROM other.finding f WHERE f.severity = w.severity) FROM weight w)
SELECT item, coalesce(before, 0) AS before, coalesce(after, 0) AS after, coalesce(after, 0) - coalesce(before, 0) AS difference
FROM line ORDER BY position;
