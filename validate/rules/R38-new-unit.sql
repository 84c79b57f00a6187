-- rule: R38
-- title: 新增试点单位
-- clause: 四.4
-- sentence: 本批次申报参照2020年旧专业目录执行，以第三批、第四批证书为主，原则上不再新增前两批证书试点单位。
-- subject: application
-- reads: application approval batch certificate certificate_ref release_batch_policy term
-- needs: certificate approval
-- case a: review
-- case b: review
-- field a: certificate_name
-- field b: is_new_unit
-- understood a: 第{release}批证书，此前没有获批记录
-- understood b: {stated}
-- allowed a: 第{release}批证书的既有试点单位
-- allowed b: {expected}
-- message a: “{certificate}”是第{release}批证书，本校 {year} 年以前没有该证书的获批记录，属新增试点单位。原则上不再新增前两批证书试点单位：请改报{main_batches}证书；确需新增的，附书面理由，由省厅研判；曾经获批的，附获批文件。
-- message b: 是否新增试点填“{stated}”，但本校{history}该证书（{certificate}）的获批记录，应填“{expected}”。请核对后改正；获批记录有误的，附获批文件，由省厅研判。
-- message x: 本批次没有收到{missing}，无法判定是否新增前两批证书试点单位。请补交后重新处理。
--
-- fires a | a first batch certificate at a school that never had it | application#3 证书名称=建筑信息模型, 培训评价组织=楚天建工评价中心
-- fires a | a second batch certificate, the name folded | application#3 证书名称=健康照护服务, 培训评价组织=东湖康养评价有限公司, 等级=中级
-- fires a b | a new unit that says it is none | application#3 证书名称=建筑信息模型, 培训评价组织=楚天建工评价中心, 是否新增试点=否
-- fires b | an existing unit of the third batch called new | application 是否新增试点=是
-- fires b | a new unit of the fourth batch called existing | application#3 是否新增试点=否
-- fires a b | approved only in the batch's own year | -approval#2 ; approval#2 年度=2021
-- fires a b | approved for another school only | approval#2 学校标识码=4299990003 ; approval#3 学校标识码=4299990003
-- fires a | the notice closes the fourth batch | notice releaseBatches/releaseBatch[4]/@standing=closed
-- fires x | no approvals | -approval
-- fires x | no certificate list | -certificate
-- passes | approved with nobody is a unit still | approval#2 获批人数=0 ; approval#3 获批人数=0
-- passes | an approved number that cannot be read | approval 获批人数=八十
-- passes | an existing unit with a new major, level and a larger number | application#2 等级=中级, 专业代码=090100, 专业名称=计算机应用, 拟考证人数=140
-- passes | the approval has no organisation and another spelling | approval#2 培训评价组织=, 证书名称=建筑信息模型 ; approval#3 培训评价组织=, 证书名称=建筑信息模型bim
-- passes | a certificate that cannot be resolved | application#3 证书名称=建筑信息模型, 培训评价组织=磨山软件评价有限公司, 是否新增试点=否
-- passes | a school code that cannot be read | application#2 学校标识码=42999900
-- passes b | 是否新增试点 that cannot be read | application#3 是否新增试点=不详
WITH released AS MATERIALIZED ( -- certificates that applications may name
	SELECT r.id AS ref, r.unit, t.text AS certificate, MIN(c.release_batch) AS release_batch,
	       MAX(coalesce(p.standing = 'closed', 0)) AS closed
	FROM certificate_ref r JOIN certificate c ON c.certificate_code = r.certificate
	     JOIN term t ON t.id = r.certificate_name
	     LEFT JOIN release_batch_policy p ON p.release_batch = c.release_batch
	GROUP BY r.id
), known AS MATERIALIZED ( -- units approved in the years before
	SELECT DISTINCT p.school_code, r.unit
	FROM approval p JOIN certificate_ref r ON r.id = p.certificate_ref JOIN batch b ON p.year < b.year
), odd AS MATERIALIZED ( -- what schools say of a unit, once per unit, not per application
	SELECT d.school_code, d.certificate_ref, d.is_new_unit, r.certificate, r.release_batch, k.unit IS NULL AS is_new,
	       k.unit IS NULL AND r.closed AS unwanted
	FROM (SELECT DISTINCT school_code, certificate_ref, is_new_unit FROM application) d
	     CROSS JOIN released r ON r.ref = d.certificate_ref
	     LEFT JOIN known k ON k.school_code = d.school_code AND k.unit = r.unit
	WHERE d.school_code IS NOT NULL
	  AND (k.unit IS NULL AND r.closed OR d.is_new_unit <> (k.unit IS NULL))
), judged AS MATERIALIZED (
	SELECT a.id, o.certificate, o.release_batch, o.is_new_unit AS stated, o.is_new, o.unwanted
	FROM application a CROSS JOIN odd o ON o.school_code = a.school_code AND o.certificate_ref = a.certificate_ref
	                                   AND o.is_new_unit IS a.is_new_unit
	WHERE a.school_code IN (SELECT school_code FROM odd) AND a.certificate_ref IN (SELECT certificate_ref FROM odd)
), wanted AS (
	SELECT coalesce(group_concat(name, '、'), '其他批次') AS main_batches
	FROM (SELECT '第' || CASE release_batch WHEN 1 THEN '一' WHEN 2 THEN '二' WHEN 3 THEN '三' WHEN 4 THEN '四'
	                          ELSE release_batch END || '批' AS name
	      FROM release_batch_policy WHERE standing = 'main' ORDER BY release_batch)
)
SELECT 'a' AS rule_case, j.id, j.certificate, b.year,
       CASE j.release_batch WHEN 1 THEN '一' WHEN 2 THEN '二' WHEN 3 THEN '三' WHEN 4 THEN '四' END AS release,
       w.main_batches,
       NULL AS stated, NULL AS expected, NULL AS history
FROM judged j, batch b, wanted w WHERE j.unwanted
UNION ALL
SELECT 'b', j.id, j.certificate, b.year, NULL, NULL,
       CASE j.stated WHEN 1 THEN '是' ELSE '否' END, CASE j.is_new WHEN 1 THEN '是' ELSE '否' END,
       CASE j.is_new WHEN 1 THEN '没有 ' ELSE '已有 ' END || b.year || ' 年以前'
FROM judged j, batch b WHERE j.stated <> j.is_new
