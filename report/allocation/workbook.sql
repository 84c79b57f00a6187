-- file: reports/allocation.xlsx
-- title: {batch}批次奖补资金测算
--
-- f1 … f8: the factors' headings, in one order for all runs (a slot each); r1 … r8:
-- those of the runs that were not refused, s1 … s8 their sheets' numbers. A batch with more factors than slots stops
-- here, for a sheet may leave nothing out.
WITH slot AS (
  SELECT factor, row_number() OVER (ORDER BY position, factor) AS slot
  FROM (SELECT factor, min(position) AS position FROM scenario_factor GROUP BY factor)),
heading AS (
  SELECT s.slot, coalesce((SELECT min(title) FROM factor_pool p WHERE p.factor = s.factor),
           CASE s.factor WHEN 'progress' THEN '试点推进情况' WHEN 'training' THEN '培训规模' WHEN 'examination' THEN '考证规模'
             WHEN 'scale' THEN '试点规模' WHEN 'level' THEN '证书等级' ELSE s.factor END) AS title
  FROM slot s),
every AS (
  SELECT r.refused, row_number() OVER (ORDER BY r.position, r.run) AS sheet,
         s.title || iif(r.basis = 'final', '（核定）', '（预测算）') AS title
  FROM scenario_run r JOIN scenario s ON s.id = r.scenario),
run AS (
  SELECT title, sheet, row_number() OVER (ORDER BY sheet) AS n FROM every WHERE refused IS NULL)
SELECT coalesce((SELECT title FROM heading WHERE slot = 1), '') AS f1,
       coalesce((SELECT title FROM heading WHERE slot = 2), '') AS f2,
       coalesce((SELECT title FROM heading WHERE slot = 3), '') AS f3,
       coalesce((SELECT title FROM heading WHERE slot = 4), '') AS f4,
       coalesce((SELECT title FROM heading WHERE slot = 5), '') AS f5,
       coalesce((SELECT title FROM heading WHERE slot = 6), '') AS f6,
       coalesce((SELECT title FROM heading WHERE slot = 7), '') AS f7,
       coalesce((SELECT title FROM heading WHERE slot = 8), '') AS f8,
       coalesce((SELECT title FROM heading ORDER BY slot DESC LIMIT 1), '') AS f_last,
       coalesce((SELECT title FROM run WHERE n = 1), '') AS r1,
       coalesce((SELECT title FROM run WHERE n = 2), '') AS r2,
       coalesce((SELECT title FROM run WHERE n = 3), '') AS r3,
       coalesce((SELECT title FROM run WHERE n = 4), '') AS r4,
       coalesce((SELECT title FROM run WHERE n = 5), '') AS r5,
       coalesce((SELECT title FROM run WHERE n = 6), '') AS r6,
       coalesce((SELECT title FROM run WHERE n = 7), '') AS r7,
       coalesce((SELECT title FROM run WHERE n = 8), '') AS r8,
       coalesce((SELECT sheet FROM run WHERE n = 1), '') AS s1,
       coalesce((SELECT sheet FROM run WHERE n = 2), '') AS s2,
       coalesce((SELECT sheet FROM run WHERE n = 3), '') AS s3,
       coalesce((SELECT sheet FROM run WHERE n = 4), '') AS s4,
       coalesce((SELECT sheet FROM run WHERE n = 5), '') AS s5,
       coalesce((SELECT sheet FROM run WHERE n = 6), '') AS s6,
       coalesce((SELECT sheet FROM run WHERE n = 7), '') AS s7,
       coalesce((SELECT sheet FROM run WHERE n = 8), '') AS s8,
       CASE (SELECT count(*) > 0 FROM scenario_run WHERE refused IS NULL) WHEN 1 THEN '' ELSE '各方案均未能测算，原因见“参数与假设”。' END AS none,
       CASE WHEN (SELECT count(*) FROM run) > 8 THEN '方案较多，此表只列前8个，其余见各自的资金分配表。' ELSE '' END AS more_runs,
       (SELECT iif(max(slot) > 8, '方案的因素超过8个，工作簿放不下', '') FROM slot) AS stop;
