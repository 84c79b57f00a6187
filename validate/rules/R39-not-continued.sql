-- rule: R39
-- title: 不再继续试点
-- clause: 四.4
-- sentence: 对不再继续试点的证书不申报计划即可。
-- subject: approval
-- reads: application approval batch certificate_ref school term
-- needs: approval
-- severity: note
-- field: certificate_name
-- understood: {latest} 年获批 {approved}，本批次未申报
-- allowed: 继续试点的，填报 {year} 年计划；不再继续的，不申报
-- message: {school}曾获批试点“{certificate}”（最近一次 {latest} 年，{approved}），本批次没有申报该证书。对不再继续试点的证书不申报计划即可：请向学校确认是不再继续，还是漏报。
-- message x: 本批次没有收到{missing}，无法判定哪些证书不再继续试点。请补交既往获批名单。
--
-- fires | a unit approved last year and not declared | -application#1
-- fires | approved in two years: once | -application#2 ; -city_review#1
-- fires | only another school declares it | application#1 学校标识码=4299990003
-- fires | approved with nobody | +approval#1 学校标识码=4299990003, 获批人数=0
-- fires | a held approval | +approval#1 学校标识码=4299990003, 获批人数=八十
-- fires | two spellings of one certificate in one year: once | +approval#1 学校标识码=4299990003 ; +approval#4 证书名称=数据采集处理
-- fires x | no approvals | -approval
-- passes | declared at another level and major | application#1 等级=高级, 专业代码=510201, 专业名称=林业技术
-- passes | declared under a name that differs by folding | application#1 证书名称=数据采集 处理
-- passes | declared with another organisation | application#1 培训评价组织=磨山软件评价有限公司
-- passes | declared in a held record | application#1 拟考证人数=九十, 等级=四级
-- passes | the school code of the declaration cannot be read, its name tells | application#1 学校标识码=42999900
-- passes | the certificate of the declaration cannot be read | application#1 证书名称=
-- passes | approved only in the batch's own year | +approval#1 学校标识码=4299990003, 年度=2021
WITH latest AS MATERIALIZED ( -- the last year of each unit
	SELECT p.school_code, r.unit, MAX(p.year) AS year
	FROM approval p JOIN certificate_ref r ON r.id = p.certificate_ref JOIN batch b ON p.year < b.year
	WHERE r.unit IS NOT NULL
	GROUP BY p.school_code, r.unit
), pair AS MATERIALIZED ( -- schools and what they declare, as they name it
	SELECT DISTINCT school_code, certificate_ref FROM application
), declared AS MATERIALIZED (
	SELECT DISTINCT a.school_code, r.unit
	FROM pair a CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	     CROSS JOIN latest l ON l.school_code = a.school_code AND l.unit = r.unit
), called AS MATERIALIZED ( -- schools by what they are or were called
	SELECT s.school_code, n.folded FROM school s JOIN term n ON n.id = s.school_name
	UNION
	SELECT s.school_code, n.folded FROM school s JOIN term n ON n.id = s.former_name
), doubtful AS MATERIALIZED ( -- declarations whose school or certificate cannot be read; unit 0: any
	SELECT a.school_code, t.folded AS called, CAST(coalesce(r.unit, 0) AS INTEGER) AS unit
	FROM application a CROSS JOIN term t ON t.id = a.school_name
	     CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	WHERE a.school_code IS NULL
	UNION
	SELECT a.school_code, NULL, 0
	FROM pair a CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	WHERE a.school_code IS NOT NULL AND r.unit IS NULL
), silent AS MATERIALIZED (
	SELECT l.school_code, l.unit, l.year
	FROM latest l LEFT JOIN declared d ON d.school_code = l.school_code AND d.unit = l.unit
	WHERE d.unit IS NULL
	  AND l.school_code NOT IN (SELECT school_code FROM doubtful WHERE school_code IS NOT NULL)
	  AND NOT EXISTS (SELECT 1 FROM called c CROSS JOIN doubtful u ON u.called = c.folded
	                  WHERE c.school_code = l.school_code AND u.unit = l.unit)
	  AND NOT EXISTS (SELECT 1 FROM called c CROSS JOIN doubtful u ON u.called = c.folded
	                  WHERE c.school_code = l.school_code AND u.unit = 0)
), subject AS (
	SELECT MIN(p.id) AS id
	FROM approval p JOIN certificate_ref r ON r.id = p.certificate_ref
	     JOIN silent s ON s.school_code = p.school_code AND s.unit = r.unit AND s.year = p.year
	GROUP BY p.school_code, r.unit
)
SELECT p.id, p.year AS latest, b.year, t.text AS certificate,
       coalesce(p.approved_before || ' 人', '人数不明') AS approved,
       coalesce((SELECT n.text FROM school s JOIN term n ON n.id = s.school_name
                 WHERE s.school_code = p.school_code ORDER BY s.id LIMIT 1), '学校')
       || '（' || printf('%010d', p.school_code) || '）' AS school
FROM subject f JOIN approval p ON p.id = f.id
     JOIN certificate_ref r ON r.id = p.certificate_ref JOIN term t ON t.id = r.certificate_name, batch b
