-- check: money
-- title: 资金合计（分）
-- reads: scenario scenario_run factor_pool allocation allocation_total
WITH run AS (
  SELECT r.run, r.position, s.pool_fen,
         s.title || CASE r.basis WHEN 'final' THEN '（核定）' ELSE '（预测算）' END AS title
  FROM scenario_run r JOIN scenario s ON s.id = r.scenario
  WHERE r.refused IS NULL)
SELECT title, left_name, left_value, right_name, right_value
FROM (
  SELECT r.position, 1 AS part, 0 AS factor, r.title || '：因素资金' AS title, '各因素之和' AS left_name,
         (SELECT SUM(pool_fen) FROM factor_pool f WHERE f.run = r.run) AS left_value,
         '资金总额（分）' AS right_name, r.pool_fen AS right_value
  FROM run r
  UNION ALL
  SELECT r.position, 2, f.position, r.title || '：' || f.title, '各校之和',
         (SELECT SUM(amount_fen) FROM allocation a WHERE a.run = r.run AND a.factor = f.factor),
         '因素资金（分）', f.pool_fen
  FROM run r JOIN factor_pool f ON f.run = r.run
  UNION ALL
  SELECT r.position, 3, 0, r.title || '：各校测算额', '各校之和',
         (SELECT SUM(amount_fen) FROM allocation_total t WHERE t.run = r.run), '资金总额（分）', r.pool_fen
  FROM run r
  UNION ALL
  SELECT r.position, 4, 0, r.title || '：保底封顶调整', '各校调整之和',
         (SELECT SUM(adjusted_fen) FROM allocation_total t WHERE t.run = r.run), '应为', 0
  FROM run r)
ORDER BY position, part, factor
