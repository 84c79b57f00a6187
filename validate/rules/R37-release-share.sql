-- rule: R37
-- title: 证书批次构成
-- clause: 四.4
-- sentence: 本批次申报参照2020年旧专业目录执行，以第三批、第四批证书为主，原则上不再新增前两批证书试点单位。
-- subject: batch
-- reads: application certificate certificate_ref release_batch_policy
-- severity: note
-- understood: {main} / {total}（{share:percent}）
-- allowed: 以{main_batches}证书为主
-- message: 本批次申报 {total} 条，其中{main_batches}证书 {main} 条，占 {share:percent}；其他批次证书 {rest} 条，证书未能识别 {unresolved} 条。通知要求以{main_batches}证书为主，请审核时掌握总体结构。
--
-- fires | always one | application 备注=无
-- fires | first batch certificates only | -application#1 ; -application#2
-- fires | no certificate list | -certificate
-- fires | no certificate that can be resolved | application* 证书名称=不存在的证书
-- passes a | it has no cases | application 备注=无
WITH released AS MATERIALIZED (
	SELECT r.id AS ref, MIN(c.release_batch) AS release_batch
	FROM certificate_ref r JOIN certificate c ON c.certificate_code = r.certificate
	GROUP BY r.id
), counted AS (
	SELECT (SELECT COUNT(*) FROM application) AS total,
	       (SELECT COUNT(*) FROM application WHERE certificate_ref IN (
	            SELECT r.ref FROM released r JOIN release_batch_policy p ON p.release_batch = r.release_batch
	            WHERE p.standing = 'main')) AS main,
	       (SELECT COUNT(*) FROM application WHERE certificate_ref IN (
	            SELECT id FROM certificate_ref
	            WHERE id NOT IN (SELECT ref FROM released WHERE release_batch IS NOT NULL))) AS unresolved
)
SELECT NULL AS id, total, main, unresolved, total - main - unresolved AS rest,
       CASE WHEN total > 0 THEN (main * 10000 + total / 2) / total * 100 ELSE 0 END AS share,
       coalesce((SELECT group_concat(name, '、')
                 FROM (SELECT '第' || CASE release_batch WHEN 1 THEN '一' WHEN 2 THEN '二' WHEN 3 THEN '三'
                                          WHEN 4 THEN '四' ELSE release_batch END || '批' AS name
                       FROM release_batch_policy WHERE standing = 'main' ORDER BY release_batch)),
                '主要批次') AS main_batches
FROM counted
