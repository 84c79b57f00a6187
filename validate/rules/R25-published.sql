-- rule: R25
-- title: 往批已公布
-- clause: 四.1
-- sentence: 我省 2021 年试点申报工作采取“批次”申报，原则上今年组织申报两批次，参与试点的院校均需通过平台申报试点证书及计划。
-- subject: application
-- reads: application batch certificate_ref dataset major_ref published term
-- severity: review
-- field: certificate_name
-- understood: {earlier}
-- allowed: 同一学校、证书、等级、专业在 {year} 年只申报一个批次
-- message: 本校同一证书、等级、专业已在 {year} 年{earlier}公布。同一年度不必重复申报：请说明本次是重复申报还是追加人数；属重复的，删除本行；属追加的，附书面说明，由省厅研判。
-- message x: 本批次是 {year} 年第 {number} 批，但没有收到往批公布名单，无法判定是否重复申报。请补交本年度此前各批次的公布名单。
--
-- fires | published in the first batch of the year | notice @batch=2021-2 ; published 年度=2021, 批次=1
-- fires | no organisation in the list: found by the name alone | notice @batch=2021-2 ; published 年度=2021, 批次=1, 培训评价组织=
-- fires | folding differences of the certificate | notice @batch=2021-2 ; published 年度=2021, 批次=1, 证书名称=数据采集处理
-- fires | no organisation in the application: found by the name alone | notice @batch=2021-2 ; published 年度=2021, 批次=1 ; application 培训评价组织=
-- fires | a certificate that the list does not have, by its name and organisation | notice @batch=2021-2 ; published 年度=2021, 批次=1, 培训评价组织=磨山软件 评价有限公司 ; application 培训评价组织=磨山软件评价有限公司
-- fires | published twice: one finding | notice @batch=2021-3 ; published 年度=2021, 批次=1 ; +published 批次=2
-- fires x | a later batch without the list | notice @batch=2021-2 ; -published
-- passes | the first batch of a year needs no list | -published
-- passes | the first batch of a year | published 年度=2021, 批次=1
-- passes | published in the year before | notice @batch=2021-2
-- passes | the list of this very batch | notice @batch=2021-2 ; published 年度=2021, 批次=2
-- passes | another level | notice @batch=2021-2 ; published 年度=2021, 批次=1, 等级=高级
-- passes | another major | notice @batch=2021-2 ; published 年度=2021, 批次=1, 专业代码=510201
-- passes | another school | notice @batch=2021-2 ; published 年度=2021, 批次=1, 学校标识码=4299990003
-- passes | another organisation's certificate of that name | notice @batch=2021-2 ; published 年度=2021, 批次=1, 培训评价组织=磨山软件评价有限公司 ; certificate#9 证书名称=数据采集处理, 培训评价组织=磨山软件评价有限公司
-- passes | an organisation that no certificate of that name has | notice @batch=2021-2 ; published 年度=2021, 批次=1, 培训评价组织=磨山软件评价有限公司
-- passes | another organisation, without a certificate list | notice @batch=2021-2 ; published 年度=2021, 批次=1, 培训评价组织=磨山软件评价有限公司 ; -certificate
-- passes | a level that cannot be read | notice @batch=2021-2 ; published 年度=2021, 批次=1 ; application 等级=四级
WITH before AS MATERIALIZED ( -- the name alone tells the certificate where no organisation is given
	SELECT p.id, p.batch_number, p.approved_number, p.school_code, p.level, r.unit, r.certificate, i.folded AS issuer,
	       m.base_code
	FROM published p JOIN batch b ON p.year = b.year AND p.batch_number < b.number
	     JOIN certificate_ref r ON r.id = p.certificate_ref JOIN major_ref m ON m.id = p.major_ref
	     LEFT JOIN term i ON i.id = r.issuer
), meeting AS MATERIALIZED (
	SELECT a.id, p.id AS published, p.batch_number, p.approved_number
	FROM application a CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	     CROSS JOIN major_ref m ON m.id = a.major_ref
	     CROSS JOIN before p ON p.school_code = a.school_code AND p.unit = r.unit
	                        AND p.level = a.level AND p.base_code = m.base_code
	     LEFT JOIN term i ON i.id = r.issuer
	WHERE (SELECT number FROM batch) > 1
	  AND (p.certificate = r.certificate OR p.issuer = i.folded OR p.issuer IS NULL OR i.folded IS NULL)
)
SELECT '' AS rule_case, 'application' AS dataset, m.id, b.year, b.number,
       (SELECT group_concat(line, '、')
        FROM (SELECT '第' || o.batch_number || '批' ||
                     coalesce('（核定 ' || o.approved_number || ' 人）', '（核定人数未注明）') AS line
              FROM meeting o WHERE o.id = m.id ORDER BY o.batch_number, o.published LIMIT 20)) AS earlier
FROM (SELECT DISTINCT id FROM meeting) m, batch b
UNION ALL
SELECT 'x', 'batch', NULL, b.year, b.number, '未提供'
FROM batch b JOIN dataset d ON d.name = 'published' AND d.present = 0
WHERE b.number > 1
