-- sheet: 因素数据
-- title: {batch}批次奖补资金测算：因素数据
-- intro: 各校各因素的值（单位见“因素说明”）；同一学校在每个方案、口径下各一行。
-- freeze: 4
-- column: 测算方案 | text | 30
-- column: 学校标识码 | code | 13
-- column: 学校名称 | text | 28
-- column: 学校类型 | text | 12 | center
-- column: {f1} | count | 14
-- column: {f2} | count | 14
-- column: {f3} | count | 14
-- column: {f4} | count | 14
-- column: {f5} | count | 14
-- column: {f6} | count | 14
-- column: {f7} | count | 14
-- column: {f8} | count | 14
-- empty: 各方案均未能测算
WITH slot AS (
  SELECT factor, row_number() OVER (ORDER BY position, factor) AS slot
  FROM (SELECT factor, min(position) AS position FROM scenario_factor GROUP BY factor)),
run AS (
  SELECT run, scenario, basis, row_number() OVER (ORDER BY position, run) AS n FROM scenario_run)
SELECT s.title || iif(r.basis = 'final', '（核定）', '（预测算）'), printf('%010d', t.school_code), sn.text, e.text,
       max(CASE WHEN l.slot = 1 THEN a.x END), max(CASE WHEN l.slot = 2 THEN a.x END), max(CASE WHEN l.slot = 3 THEN a.x END),
       max(CASE WHEN l.slot = 4 THEN a.x END), max(CASE WHEN l.slot = 5 THEN a.x END), max(CASE WHEN l.slot = 6 THEN a.x END),
       max(CASE WHEN l.slot = 7 THEN a.x END), max(CASE WHEN l.slot = 8 THEN a.x END)
FROM allocation_total t
JOIN run r ON r.run = t.run
JOIN scenario s ON s.id = r.scenario
LEFT JOIN slot l ON true
LEFT JOIN allocation a ON a.run = t.run AND a.factor = l.factor AND a.school_code = t.school_code
LEFT JOIN school_path p ON p.school_code = t.school_code
LEFT JOIN school h ON h.id = p.school_id
LEFT JOIN term sn ON sn.id = h.school_name
LEFT JOIN enumeration e ON e.dataset = 'school' AND e.field = 'school_kind' AND e.position = h.school_kind
GROUP BY r.n, t.school_code
ORDER BY r.n, t.school_code;
