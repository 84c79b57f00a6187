-- rule: R40
-- title: 沿用2020年计划
-- clause: 四.4
-- sentence: 2019-2020年已获批试点证书的院校，需在平台上填报2021年度证书申报计划（拟考证人数），部分已申请沿用2020年计划的试点院校，需将沿用计划人数纳入到2021年总体申报计划中。
-- subject: application
-- reads: application approval batch certificate_ref dataset
-- needs: partly approval
-- case a: return
-- case b: review
-- case c: note
-- field: carried_over
-- understood: {stated}
-- allowed: {bound}
-- allowed c: 不多于拟考证人数 {declared}；相等时请确认没有新增
-- message a: {problem}。沿用计划人数须纳入总体申报计划：请核对其中沿用{last}年计划人数和拟考证人数，改正后重新提交。
-- message b: {problem}。请学校核对沿用人数；与原申请确有不同的，附书面说明，由省厅研判。
-- message c: 拟考证人数 {declared} 人全部是沿用{last}年计划的人数，没有新增计划。请学校确认 {year} 年是否不再新增考证人数；如有新增，请把新增人数计入拟考证人数。
-- message x: 本批次没有收到{missing}，无法判定沿用计划人数是否与此前的申请一致。请补交既往获批名单。
--
-- fires a b | more carried over than declared | application 其中沿用2020年计划人数=91
-- fires a | carrying over was requested and no row states it | application 其中沿用2020年计划人数=
-- fires a 2 | two rows of the unit, none states it | application 其中沿用2020年计划人数= ; +application 申报编号=SB009, 等级=高级
-- fires b | another number than was requested | application 其中沿用2020年计划人数=9
-- fires b | zero is stated, ten were requested | application 其中沿用2020年计划人数=0
-- fires b | nothing was requested | approval 申请沿用人数=
-- fires b | requested only for the year before the last | approval 年度=2019
-- fires b | no approval at all of what is carried over | application#3 其中沿用2020年计划人数=5
-- fires b 2 | the sum of the unit's rows is too large: each row | +application 申报编号=SB009, 等级=高级
-- fires b c | everything is carried over, and too much | application 其中沿用2020年计划人数=90
-- fires c | everything is carried over, as requested | application 拟考证人数=10
-- fires x | no approvals | -approval
-- fires a x | no approvals, but more carried over than declared | -approval ; application 其中沿用2020年计划人数=91
-- fires c x | no approvals, but everything is carried over | -approval ; application 其中沿用2020年计划人数=90
-- passes | the sum over two rows is what was requested | application 其中沿用2020年计划人数=4 ; +application 申报编号=SB009, 等级=高级, 其中沿用2020年计划人数=6
-- passes | one row states it all, the other nothing | +application 申报编号=SB009, 等级=高级, 其中沿用2020年计划人数=
-- passes | nothing requested and zero stated | application#2 其中沿用2020年计划人数=0
-- passes | nothing declared, nothing carried over | application#2 拟考证人数=0, 其中沿用2020年计划人数=0
-- passes | a unit with a row that cannot be read | application 其中沿用2020年计划人数=十人
-- passes | a requested number that cannot be read | approval 申请沿用人数=十人
-- passes | the certificate spelled otherwise in the approval | approval 证书名称=数据采集处理, 培训评价组织=
-- passes | a school code that cannot be read | application 学校标识码=42999900 ; approval 申请沿用人数=0
WITH requested AS MATERIALIZED ( -- what each unit asked for last year
	SELECT p.school_code, r.unit, SUM(coalesce(p.carry_over_requested, 0)) AS asked,
	       MAX(p.carry_over_requested_unknown) AS unclear
	FROM batch b JOIN approval p ON p.year = b.year - 1 JOIN certificate_ref r ON r.id = p.certificate_ref
	WHERE r.unit IS NOT NULL
	GROUP BY p.school_code, r.unit
), stating AS MATERIALIZED ( -- what its rows of this batch state
	SELECT a.school_code, r.unit, SUM(a.carried_over) AS carried, MAX(a.unclear) AS unclear
	FROM (SELECT school_code, certificate_ref, carried_over, 0 AS unclear FROM application
	      WHERE carried_over IS NOT NULL
	      UNION ALL
	      SELECT school_code, certificate_ref, carried_over, 1 FROM application
	      WHERE carried_over IS NULL AND carried_over_unknown) a
	     CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	WHERE a.school_code IS NOT NULL AND r.unit IS NOT NULL
	GROUP BY a.school_code, r.unit
), off AS MATERIALIZED ( -- units that do not agree
	SELECT 'a' AS rule_case, q.school_code, q.unit, q.asked, NULL AS carried
	FROM requested q LEFT JOIN stating s ON s.school_code = q.school_code AND s.unit = q.unit
	WHERE s.unit IS NULL AND q.asked > 0
	UNION ALL
	SELECT 'b', s.school_code, s.unit, coalesce(q.asked, 0), s.carried
	FROM stating s LEFT JOIN requested q ON q.school_code = s.school_code AND q.unit = s.unit
	WHERE NOT s.unclear AND NOT coalesce(q.unclear, 0) AND s.carried <> coalesce(q.asked, 0)
	  AND (SELECT present FROM dataset WHERE name = 'approval')
), off_row AS MATERIALIZED (
	SELECT o.rule_case, o.school_code, o.unit, o.asked, o.carried, a.id,
	       a.carried_over, a.declared,
	       row_number() OVER (PARTITION BY o.school_code, o.unit ORDER BY a.id) AS place,
	       COUNT(*) OVER (PARTITION BY o.school_code, o.unit) AS total
	FROM application a CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	     CROSS JOIN off o ON o.school_code = a.school_code AND o.unit = r.unit
	WHERE a.school_code IN (SELECT school_code FROM off)
), listed AS MATERIALIZED (
	SELECT school_code, unit,
	       group_concat(line, '、') || CASE WHEN MAX(total) > 20 THEN ' 等 ' || MAX(total) || ' 条' ELSE '' END AS list
	FROM (SELECT o.school_code, o.unit, o.total,
	             n.application_no || ' ' || coalesce(o.carried_over || ' 人', '未填') AS line
	      FROM off_row o CROSS JOIN application n ON n.id = o.id
	      WHERE o.place <= 20 ORDER BY o.school_code, o.unit, o.place)
	GROUP BY school_code, unit
), found AS (
	SELECT f.rule_case, f.id, f.carried_over, f.declared,
	       CASE f.rule_case
	       WHEN 'a' THEN '学校上年度申请沿用该证书计划 ' || f.asked || ' 人，本批次该证书的各条申报（' || g.list
	            || '）都没有填沿用人数'
	       ELSE '本校该证书各条申报的沿用人数合计 ' || f.carried || ' 人（' || g.list || '），与上年度申请沿用的 '
	            || f.asked || ' 人不一致' END AS problem,
	       CASE f.rule_case WHEN 'a' THEN '须填沿用人数，该证书合计 ' || f.asked || ' 人'
	            ELSE '该证书各条申报合计 ' || f.asked || ' 人' END AS bound
	FROM off_row f CROSS JOIN listed g ON g.school_code = f.school_code AND g.unit = f.unit
	UNION ALL
	SELECT CASE WHEN carried_over > declared THEN 'a' ELSE 'c' END, id, carried_over, declared,
	       '沿用人数 ' || carried_over || ' 人多于拟考证人数 ' || declared || ' 人', '不多于拟考证人数 ' || declared
	FROM application
	WHERE carried_over >= declared AND carried_over > 0
)
SELECT f.rule_case, f.id, coalesce(f.carried_over, '未填') AS stated, f.declared, f.problem,
       f.bound, b.year, b.year - 1 AS last
FROM found f, batch b
