-- sheet: 测算图
-- each: SELECT n, run, scenario_title, basis FROM (
--   SELECT row_number() OVER (ORDER BY r.position, r.run) AS n, r.run, r.refused, s.title AS scenario_title,
--     iif(r.basis = 'final', '核定', '预测算') AS basis
--   FROM scenario_run r JOIN scenario s ON s.id = r.scenario) WHERE refused IS NULL ORDER BY n LIMIT 1
-- title: {batch}批次奖补资金测算：测算额最高的学校
-- intro: {scenario_title}（{basis}），至多列20所，全部见资金分配表。
-- intro: >单位：万元
-- column: 学校名称 | text | 34
-- column: {f1} | wan | 13 | = [分配{n}!{f1}@place]
-- column: {f2} | wan | 13 | = [分配{n}!{f2}@place]
-- column: {f3} | wan | 13 | = [分配{n}!{f3}@place]
-- column: {f4} | wan | 13 | = [分配{n}!{f4}@place]
-- column: {f5} | wan | 13 | = [分配{n}!{f5}@place]
-- column: {f6} | wan | 13 | = [分配{n}!{f6}@place]
-- column: {f7} | wan | 13 | = [分配{n}!{f7}@place]
-- column: {f8} | wan | 13 | = [分配{n}!{f8}@place]
-- column: 测算额 | wan | 14 | = [分配{n}!测算额@place]
-- chart: stacked | 测算额及其因素构成（万元） | 学校名称 | {f1}, {f2}, {f3}, {f4}, {f5}, {f6}, {f7}, {f8} | 30
-- empty: 没有列入的学校
WITH slot AS (
  SELECT factor, row_number() OVER (ORDER BY position, factor) AS slot
  FROM (SELECT factor, min(position) AS position FROM scenario_factor GROUP BY factor)),
place AS (
  SELECT t.school_code, t.amount_fen, sn.text AS name,
         row_number() OVER (ORDER BY h.reviewing_region IS NOT NULL, h.reviewing_region, t.school_code) AS n
  FROM allocation_total t
  LEFT JOIN school_path p ON p.school_code = t.school_code
  LEFT JOIN school h ON h.id = p.school_id
  LEFT JOIN term sn ON sn.id = h.school_name
  WHERE t.run = :run)
SELECT t.name,
       max(CASE WHEN l.slot = 1 THEN a.amount_fen END), max(CASE WHEN l.slot = 2 THEN a.amount_fen END),
       max(CASE WHEN l.slot = 3 THEN a.amount_fen END), max(CASE WHEN l.slot = 4 THEN a.amount_fen END),
       max(CASE WHEN l.slot = 5 THEN a.amount_fen END), max(CASE WHEN l.slot = 6 THEN a.amount_fen END),
       max(CASE WHEN l.slot = 7 THEN a.amount_fen END), max(CASE WHEN l.slot = 8 THEN a.amount_fen END),
       t.amount_fen, t.n AS place
FROM place t
LEFT JOIN slot l ON true
LEFT JOIN allocation a ON a.run = :run AND a.factor = l.factor AND a.school_code = t.school_code
GROUP BY t.school_code
ORDER BY t.amount_fen DESC, t.school_code
LIMIT 20;
