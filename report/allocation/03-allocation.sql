-- sheet: {sheet}
-- name: 分配{n}
-- each: SELECT row_number() OVER (ORDER BY r.position, r.run) AS n, r.run, s.title AS scenario_title,
--   iif(r.basis = 'final', '核定', '预测算') AS basis,
--   iif(row_number() OVER (ORDER BY r.position, r.run) = 1, '资金分配表',
--     '分配表-' || substr(s.title, 1, 16) || iif(r.basis = 'final', '-核定', '-预测算')) AS sheet,
--   coalesce('本方案未能测算：' || r.refused, '没有列入的学校') AS why,
--   iif(s.floor_fen IS NULL AND s.cap_fen IS NULL, '', '保底封顶调整') AS adjusting,
--   iif(s.floor_fen IS NULL AND s.cap_fen IS NULL, '', '+[保底封顶调整]') AS adjusted,
--   printf('%.2f', s.pool_fen / 1000000.0) AS pool
--   FROM scenario_run r JOIN scenario s ON s.id = r.scenario ORDER BY r.position, r.run
-- title: {year}年1+X证书制度试点奖补资金分配表
-- intro: {scenario_title}（{basis}）　资金总额{pool}万元　本表为测算结果，权重和系数均为假设，见“参数与假设”。
-- intro: >单位：万元
-- freeze: 4
-- column: 序号 | count | 6 | center
-- column: 主管市州 | text | 14 | center
-- column: 学校名称 | text | 30
-- column: 学校标识码 | code | 13
-- column: {f1} | wan | 13 | sum | = [测算过程!金额（万元）@n1]
-- column: {f2} | wan | 13 | sum | = [测算过程!金额（万元）@n2]
-- column: {f3} | wan | 13 | sum | = [测算过程!金额（万元）@n3]
-- column: {f4} | wan | 13 | sum | = [测算过程!金额（万元）@n4]
-- column: {f5} | wan | 13 | sum | = [测算过程!金额（万元）@n5]
-- column: {f6} | wan | 13 | sum | = [测算过程!金额（万元）@n6]
-- column: {f7} | wan | 13 | sum | = [测算过程!金额（万元）@n7]
-- column: {f8} | wan | 13 | sum | = [测算过程!金额（万元）@n8]
-- column: {adjusting} | wan | 13 | sum
-- column: 测算额 | wan | 14 | sum | = ROUND(SUM([{f1}]:[{f_last}]){adjusted},6)
-- empty: {why}
-- note: 制表单位（盖章）：　　　　　　　　　　　制表人：　　　　　　　　　审核人：　　　　　　　　　日期：　　　　年　　月　　日
WITH slot AS (
  SELECT factor, row_number() OVER (ORDER BY position, factor) AS slot
  FROM (SELECT factor, min(position) AS position FROM scenario_factor GROUP BY factor)),
run AS (
  SELECT run, row_number() OVER (ORDER BY position, run) AS n FROM scenario_run),
row AS (
  SELECT a.run, a.school_code, a.amount_fen, l.slot,
         row_number() OVER (ORDER BY r.n, p.position, p.factor, a.school_code) AS n
  FROM allocation a JOIN factor_pool p ON p.run = a.run AND p.factor = a.factor
  JOIN run r ON r.run = a.run JOIN slot l ON l.factor = a.factor)
SELECT row_number() OVER (ORDER BY h.reviewing_region IS NOT NULL, h.reviewing_region, t.school_code),
       coalesce(gn.text, iif(h.reviewing_region IS NULL, '省直', printf('%06d', h.reviewing_region))), sn.text,
       printf('%010d', t.school_code),
       max(CASE WHEN w.slot = 1 THEN w.amount_fen END), max(CASE WHEN w.slot = 2 THEN w.amount_fen END),
       max(CASE WHEN w.slot = 3 THEN w.amount_fen END), max(CASE WHEN w.slot = 4 THEN w.amount_fen END),
       max(CASE WHEN w.slot = 5 THEN w.amount_fen END), max(CASE WHEN w.slot = 6 THEN w.amount_fen END),
       max(CASE WHEN w.slot = 7 THEN w.amount_fen END), max(CASE WHEN w.slot = 8 THEN w.amount_fen END),
       t.adjusted_fen, t.amount_fen,
       max(CASE WHEN w.slot = 1 THEN w.n END) AS n1, max(CASE WHEN w.slot = 2 THEN w.n END) AS n2,
       max(CASE WHEN w.slot = 3 THEN w.n END) AS n3, max(CASE WHEN w.slot = 4 THEN w.n END) AS n4,
       max(CASE WHEN w.slot = 5 THEN w.n END) AS n5, max(CASE WHEN w.slot = 6 THEN w.n END) AS n6,
       max(CASE WHEN w.slot = 7 THEN w.n END) AS n7, max(CASE WHEN w.slot = 8 THEN w.n END) AS n8
FROM allocation_total t
LEFT JOIN row w ON w.run = t.run AND w.school_code = t.school_code
LEFT JOIN school_path p ON p.school_code = t.school_code
LEFT JOIN school h ON h.id = p.school_id
LEFT JOIN term sn ON sn.id = h.school_name
LEFT JOIN region g ON g.region_code = h.reviewing_region
LEFT JOIN term gn ON gn.id = g.region_name
WHERE t.run = :run
GROUP BY t.school_code
ORDER BY h.reviewing_region IS NOT NULL, h.reviewing_region, t.school_code;
