-- check: sources
-- title: 来源与申报
-- reads: source application outcome
WITH
rows(applications, outcomes) AS (SELECT (SELECT COUNT(*) FROM application), (SELECT COUNT(*) FROM outcome))
SELECT '全部来源：读到的行' AS title, '读到' AS left_name, COALESCE(SUM(seen), 0) AS left_value,
       '接收＋暂存＋拒收＋跳过' AS right_name, COALESCE(SUM(accepted + held + rejected + skipped), 0) AS right_value
FROM source
UNION ALL
SELECT '申报条数与来源', '来源中接收和暂存的申报行',
       (SELECT COALESCE(SUM(accepted + held), 0) FROM source WHERE dataset = 'application'), '申报条数', applications
FROM rows
UNION ALL
SELECT '每条申报有一个结论', '申报条数', applications, '结论数', outcomes FROM rows
