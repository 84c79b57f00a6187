-- title: 测算方案
-- column: 方案 | text | 30
-- column: 原资金总额（元） | yuan | 16
-- column: 现资金总额（元） | yuan | 16
-- column: 原学校数 | count | 10
-- column: 现学校数 | count | 10
-- column: 原未能测算的原因 | text | 40
-- column: 现未能测算的原因 | text | 40
WITH before AS (SELECT r.run, r.schools, r.refused, s.pool_fen FROM main.scenario_run r JOIN main.scenario s ON s.id = r.scenario),
after AS (SELECT r.run, r.schools, r.refused, s.pool_fen FROM other.scenario_run r JOIN other.scenario s ON s.id = r.scenario),
run AS (SELECT run FROM before UNION SELECT run FROM after)
SELECT r.run, b.pool_fen AS pool_fen_before, a.pool_fen AS pool_fen_after, b.schools AS schools_before,
       a.schools AS schools_after, b.refused AS refused_before, a.refused AS refused_after
FROM run r LEFT JOIN before b ON b.run = r.run LEFT JOIN after a ON a.run = r.run
WHERE (b.pool_fen, b.schools, b.refused) IS NOT (a.pool_fen, a.schools, a.refused)
ORDER BY r.run;
