-- sheet: 情景对比
-- title: {batch}批次奖补资金测算：情景对比
-- intro: 各校在不同方案、口径下的测算额。空格表示该方案不纳入这所学校。{more_runs}
-- intro: >单位：万元
-- freeze: 3
-- column: 序号 | count | 6 | center
-- column: 学校标识码 | code | 13
-- column: 学校名称 | text | 30
-- column: {r1} | wan | 16 | sum | = [分配{s1}!测算额@n1]
-- column: {r2} | wan | 16 | sum | = [分配{s2}!测算额@n2]
-- column: {r3} | wan | 16 | sum | = [分配{s3}!测算额@n3]
-- column: {r4} | wan | 16 | sum | = [分配{s4}!测算额@n4]
-- column: {r5} | wan | 16 | sum | = [分配{s5}!测算额@n5]
-- column: {r6} | wan | 16 | sum | = [分配{s6}!测算额@n6]
-- column: {r7} | wan | 16 | sum | = [分配{s7}!测算额@n7]
-- column: {r8} | wan | 16 | sum | = [分配{s8}!测算额@n8]
-- empty: 各方案均未能测算
WITH run AS (
  SELECT run, refused, row_number() OVER (ORDER BY position, run) AS sheet FROM scenario_run),
slot AS (
  SELECT run, row_number() OVER (ORDER BY sheet) AS slot FROM run WHERE refused IS NULL),
place AS (
  SELECT t.run, t.school_code, t.amount_fen, l.slot,
         row_number() OVER (PARTITION BY t.run ORDER BY h.reviewing_region IS NOT NULL, h.reviewing_region, t.school_code) AS n
  FROM allocation_total t JOIN slot l ON l.run = t.run
  LEFT JOIN school_path p ON p.school_code = t.school_code
  LEFT JOIN school h ON h.id = p.school_id)
SELECT row_number() OVER (ORDER BY t.school_code), printf('%010d', t.school_code), sn.text,
       max(CASE WHEN t.slot = 1 THEN t.amount_fen END), max(CASE WHEN t.slot = 2 THEN t.amount_fen END),
       max(CASE WHEN t.slot = 3 THEN t.amount_fen END), max(CASE WHEN t.slot = 4 THEN t.amount_fen END),
       max(CASE WHEN t.slot = 5 THEN t.amount_fen END), max(CASE WHEN t.slot = 6 THEN t.amount_fen END),
       max(CASE WHEN t.slot = 7 THEN t.amount_fen END), max(CASE WHEN t.slot = 8 THEN t.amount_fen END),
       max(CASE WHEN t.slot = 1 THEN t.n END) AS n1, max(CASE WHEN t.slot = 2 THEN t.n END) AS n2,
       max(CASE WHEN t.slot = 3 THEN t.n END) AS n3, max(CASE WHEN t.slot = 4 THEN t.n END) AS n4,
       max(CASE WHEN t.slot = 5 THEN t.n END) AS n5, max(CASE WHEN t.slot = 6 THEN t.n END) AS n6,
       max(CASE WHEN t.slot = 7 THEN t.n END) AS n7, max(CASE WHEN t.slot = 8 THEN t.n END) AS n8
FROM place t
LEFT JOIN school_path p ON p.school_code = t.school_code
LEFT JOIN school h ON h.id = p.school_id
LEFT JOIN term sn ON sn.id = h.school_name
GROUP BY t.school_code
ORDER BY t.school_code;
