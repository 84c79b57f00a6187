-- sheet: 测算过程
-- title: {batch}批次奖补资金测算：逐校测算过程
-- intro: 每个因素的资金份数按“因素值÷因素值合计”分到各校：先取整数份，余下的份数按余数从大到小各补一份（余数相同的，按学校标识码排先后）。金额＝（整数份＋补份）×分配单位。各栏都是公式，可以点开核对。
-- freeze: 4
-- column: 测算方案 | text | 30
-- column: 因素 | text | 14
-- column: 学校标识码 | code | 13
-- column: 学校名称 | text | 26
-- column: 因素值 | count | 12 | = [因素数据!#slot@data_n]
-- column: 因素值合计 | count | 14 | = [参数与假设!因素值合计@pool_n]
-- column: 占比 | percent | 9 | = [因素值]/[因素值合计]
-- column: 因素份数 | count | 11 | = [参数与假设!因素份数@pool_n]
-- column: 整数份 | count | 11 | = INT([因素份数]*[因素值]/[因素值合计]) | if exact
-- column: 余数 | count | 16 | = [因素份数]*[因素值]-[整数份]*[因素值合计] | if exact
-- column: 余数名次 | count | 9 | = RANK([余数],[余数@first:last],0)+COUNTIF([余数@first:n],[余数])-1 | if exact
-- column: 补份 | count | 7 | = IF([余数名次]<=[因素份数]-[参数与假设!各校整数份合计@pool_n],1,0)
-- column: 金额（万元） | wan | 13 | = ROUND(([整数份]+[补份])*[参数与假设!分配单位（万元）@run_n],6)
-- empty: 各方案均未能测算
WITH slot AS (
  SELECT factor, row_number() OVER (ORDER BY position, factor) + 4 AS slot
  FROM (SELECT factor, min(position) AS position FROM scenario_factor GROUP BY factor)),
run AS (
  SELECT run, scenario, basis, row_number() OVER (ORDER BY position, run) AS n FROM scenario_run),
pool AS (
  SELECT p.run, p.factor, p.title, p.position, p.quota_units + p.extra AS units, p.sum_x, r.n AS run_n, r.scenario, r.basis,
         row_number() OVER (ORDER BY r.n, p.position, p.factor) AS n
  FROM factor_pool p JOIN run r ON r.run = p.run),
data AS (
  SELECT t.run, t.school_code, row_number() OVER (ORDER BY r.n, t.school_code) AS n
  FROM allocation_total t JOIN run r ON r.run = t.run),
row AS (
  SELECT a.run, a.factor, a.school_code, a.x, a.quota_units, a.remainder, a.rank, a.extra, a.amount_fen, p.title, p.units,
         p.sum_x, p.run_n, p.scenario, p.basis, p.n AS pool_n,
         row_number() OVER (ORDER BY p.n, a.school_code) AS n
  FROM allocation a JOIN pool p ON p.run = a.run AND p.factor = a.factor),
bound AS (
  SELECT pool_n, min(n) AS first, max(n) AS last,
         max(1.0 * units * x) < 9e15 AND max(length(sum_x)) <= 15 AS exact
  FROM row GROUP BY pool_n)
SELECT s.title || iif(w.basis = 'final', '（核定）', '（预测算）'), w.title, printf('%010d', w.school_code), sn.text,
       w.x, CAST(w.sum_x AS INTEGER), 1.0 * w.x / CAST(w.sum_x AS INTEGER), w.units, w.quota_units,
       CAST(w.remainder AS INTEGER), w.rank, w.extra, w.amount_fen,
       l.slot, d.n AS data_n, w.pool_n, w.run_n, w.n, b.first, b.last, b.exact
FROM row w
JOIN bound b ON b.pool_n = w.pool_n
JOIN scenario s ON s.id = w.scenario
JOIN slot l ON l.factor = w.factor
LEFT JOIN data d ON d.run = w.run AND d.school_code = w.school_code
LEFT JOIN school_path p ON p.school_code = w.school_code
LEFT JOIN school h ON h.id = p.school_id
LEFT JOIN term sn ON sn.id = h.school_name
ORDER BY w.n;
