-- sheet: 参数与假设
-- title: {batch}批次奖补资金测算：参数与假设
-- intro: 通知三.5规定按因素法予以经费支持，列出了试点工作推进情况、培训及考证规模、证书等级等要素，没有规定资金总额、权重和系数。以下各项都是测算假设，写在批次的 notice.xml 中，须经集体研究确定后才能作为分配依据。{none}
-- intro: 核定：按审核通过的核定人数测算。预测算：把“建议通过”的申报视同通过，按申报人数测算，只供预估。
-- block: 一、方案
-- column: 测算方案 | text | 32
-- column: 口径 | text | 16 | center
-- column: 资金总额（万元） | wan | 12
-- column: 分配单位（万元） | wan | 12
-- column: 总份数 | count | 12 | = ROUND([资金总额（万元）]/[分配单位（万元）],0)
-- column: 新增学校推进情况 | ppm | 12
-- column: 每校保底（万元） | wan | 12
-- column: 每校封顶（万元） | wan | 12
-- column: 纳入学校数 | count | 12
-- column: 纳入的学校类型 | text | 22
-- column: 未能测算的原因 | wrap | 26
SELECT s.title, iif(r.basis = 'final', '核定', '预测算'), s.pool_fen, s.unit_fen, s.pool_fen / s.unit_fen, s.newcomer_ppm,
       s.floor_fen, s.cap_fen, r.schools,
       (SELECT group_concat(kind, '、') FROM (
          SELECT coalesce(e.text, k.school_kind) AS kind FROM scenario_kind k
          LEFT JOIN enumeration e ON e.dataset = 'school' AND e.field = 'school_kind' AND e.position = k.school_kind
          WHERE k.scenario = s.id ORDER BY k.school_kind)),
       r.refused
FROM scenario_run r JOIN scenario s ON s.id = r.scenario
ORDER BY r.position, r.run;

-- block: 二、因素和权重：资金先按权重分到各因素，取整后余下的份数按余数从大到小各补一份（余数相同的，按因素标识排先后）
-- column: 测算方案 | text | 32
-- column: 因素 | text | 16
-- column: 权重 | ppm | 12
-- column: 应得整数份 | count | 12 | = INT([总份数@run_n]*ROUND([权重]*1000000,0)/1000000) | if exact
-- column: 余数 | count | 12 | = [总份数@run_n]*ROUND([权重]*1000000,0)-[应得整数份]*1000000 | if exact
-- column: 余数名次 | count | 12
-- column: 补份 | count | 12 | = IF([余数名次]<=[总份数@run_n]-SUM([应得整数份@first:last]),1,0)
-- column: 因素份数 | count | 12 | = [应得整数份]+[补份]
-- column: 因素资金（万元） | wan | 12 | = ROUND([因素份数]*[分配单位（万元）@run_n],6)
-- column: 因素值合计 | count | 22 | = SUM([因素数据!#slot@data_first:data_last]) | if exact
-- column: 各校整数份合计 | count | 26 | = SUM([测算过程!整数份@rows_first:rows_last])
-- empty: 各方案均未能测算
WITH slot AS (
  SELECT factor, row_number() OVER (ORDER BY position, factor) + 4 AS slot
  FROM (SELECT factor, min(position) AS position FROM scenario_factor GROUP BY factor)),
run AS (
  SELECT run, scenario, basis, position, row_number() OVER (ORDER BY position, run) AS n FROM scenario_run),
line AS (
  SELECT p.run, p.factor, row_number() OVER (ORDER BY r.n, p.position, p.factor) AS n
  FROM factor_pool p JOIN run r ON r.run = p.run),
of_run AS (SELECT run, min(n) AS first, max(n) AS last
  FROM line GROUP BY run),
data AS (
  SELECT t.run, row_number() OVER (ORDER BY r.n, t.school_code) AS n
  FROM allocation_total t JOIN run r ON r.run = t.run),
data_of AS (SELECT run, min(n) AS first, max(n) AS last FROM data GROUP BY run),
row AS (
  SELECT a.run, a.factor, a.quota_units, row_number() OVER (ORDER BY r.n, p.position, p.factor, a.school_code) AS n
  FROM allocation a JOIN factor_pool p ON p.run = a.run AND p.factor = a.factor JOIN run r ON r.run = a.run),
rows_of AS (SELECT run, factor, min(n) AS first, max(n) AS last, sum(quota_units) AS quota FROM row GROUP BY run, factor)
SELECT s.title || iif(r.basis = 'final', '（核定）', '（预测算）'), p.title, p.weight_ppm, p.quota_units, p.remainder, p.rank, p.extra,
       p.quota_units + p.extra, p.pool_fen, CAST(p.sum_x AS INTEGER), w.quota,
       r.n AS run_n, f.first, f.last, t.slot, d.first AS data_first, d.last AS data_last,
       w.first AS rows_first, w.last AS rows_last,
       length(p.sum_x) <= 15 AND 1.0 * s.pool_fen / s.unit_fen * p.weight_ppm < 9e15 AS exact
FROM factor_pool p
JOIN run r ON r.run = p.run
JOIN scenario s ON s.id = r.scenario
JOIN slot t ON t.factor = p.factor
JOIN of_run f ON f.run = p.run
LEFT JOIN data_of d ON d.run = p.run
LEFT JOIN rows_of w ON w.run = p.run AND w.factor = p.factor
ORDER BY r.n, p.position, p.factor;

-- block: 三、证书等级系数
-- column: 测算方案 | text | 32
-- column: 初级 | hundredths | 16
-- column: 中级 | hundredths | 12
-- column: 高级 | hundredths | 12
SELECT s.title,
       max(CASE WHEN l.level = 1 THEN l.coefficient_hundredths END),
       max(CASE WHEN l.level = 2 THEN l.coefficient_hundredths END),
       max(CASE WHEN l.level = 3 THEN l.coefficient_hundredths END)
FROM scenario s LEFT JOIN scenario_level l ON l.scenario = s.id
GROUP BY s.id
ORDER BY s.position, s.id;
