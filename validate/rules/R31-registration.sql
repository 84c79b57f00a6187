-- rule: R31
-- title: 一校一号
-- clause: 四.3
-- sentence: 申报试点学校通过平台自主进行注册申报，一所院校只能注册一次。
-- subject: application
-- reads: account application term
-- needs: account
-- case a: return
-- case b: review
-- field a: account
-- field b: school_code
-- understood: {others}
-- allowed a: 一个学校标识码只有一个注册账号
-- allowed b: 一个统一社会信用代码、一个校名只属于一个学校标识码
-- message a: 学校标识码 {school} 在平台上有多个注册账号（{others}）。一所院校只能注册一次：请学校保留一个账号，向平台申请注销其余账号，并用保留的账号重新提交申报。
-- message b: 学校标识码 {school} 与其他标识码用了同一统一社会信用代码或同一校名注册（{others}）。一所院校只能注册一次：请学校核实是否重复注册；确属两所学校的，附法人证书等证明，由省厅研判。
-- message x: 本批次没有收到{missing}，无法判定一所院校是否只注册一次。请补交平台注册名单。
--
-- fires a | a second account of a school | +account 注册账号=zh005, 注册时间=2021-05-15 09:00:00
-- fires a 2 | every application of the school | +account 注册账号=zh005 ; +application 申报编号=SB009, 等级=高级
-- fires a 2 | a school without applications: the rows of the list | +account#3 注册账号=zh005
-- fires b 2 | one credit code under two codes, one school with an application and one without | account#3 统一社会信用代码=12420000999990001C
-- fires b 2 | one name under two codes, folding differences | account#3 学校名称=云梦泽 职业技术学院
-- fires a b 2 | both | +account#1 注册账号=zh005 ; account#3 学校名称=云梦泽职业技术学院, 统一社会信用代码=12420000999990001C
-- fires x | no account list | -account
-- passes | one account, many certificates | +application 申报编号=SB009, 等级=高级
-- passes | one account on two rows | +account 注册时间=2021-05-15 09:00:00
-- passes | the same row twice | +account
-- passes | no credit codes at all | account* 统一社会信用代码=
-- passes | names that cannot be read | account#1 学校名称= ; account#3 学校名称=
-- passes a | two accounts under codes that cannot be read | +account 注册账号=zh005, 学校标识码=42999900 ; +account 注册账号=zh006, 学校标识码=42999900
WITH listed AS MATERIALIZED (
	SELECT c.id, c.school_code, c.account, c.credit_code, n.folded AS name,
	       coalesce(n.text, '校名不明') || '，学校标识码 ' || printf('%010d', c.school_code) || '，账号 ' || k.text AS line
	FROM account c LEFT JOIN term n ON n.id = c.school_name LEFT JOIN term k ON k.id = c.account
	WHERE c.school_code IS NOT NULL
), shared AS MATERIALIZED (
	SELECT 'a' AS rule_case, 1 AS kind, school_code AS value FROM listed
	GROUP BY school_code HAVING MIN(account) <> MAX(account)
	UNION ALL
	SELECT 'b', 2, credit_code FROM listed WHERE credit_code IS NOT NULL
	GROUP BY credit_code HAVING MIN(school_code) <> MAX(school_code)
	UNION ALL
	SELECT 'b', 3, name FROM listed WHERE name IS NOT NULL
	GROUP BY name HAVING MIN(school_code) <> MAX(school_code)
), involved AS MATERIALIZED (
	SELECT s.rule_case, s.kind, s.value, l.id, l.school_code, l.line,
	       row_number() OVER (PARTITION BY s.kind, s.value ORDER BY l.id) AS place,
	       COUNT(*) OVER (PARTITION BY s.kind, s.value) AS total
	FROM shared s JOIN listed l ON l.school_code = s.value WHERE s.kind = 1
	UNION ALL
	SELECT s.rule_case, s.kind, s.value, l.id, l.school_code, l.line,
	       row_number() OVER (PARTITION BY s.kind, s.value ORDER BY l.id),
	       COUNT(*) OVER (PARTITION BY s.kind, s.value)
	FROM shared s JOIN listed l ON l.credit_code = s.value WHERE s.kind = 2
	UNION ALL
	SELECT s.rule_case, s.kind, s.value, l.id, l.school_code, l.line,
	       row_number() OVER (PARTITION BY s.kind, s.value ORDER BY l.id),
	       COUNT(*) OVER (PARTITION BY s.kind, s.value)
	FROM shared s JOIN listed l ON l.name = s.value WHERE s.kind = 3
), told AS MATERIALIZED (
	SELECT s.kind, s.value,
	       CASE s.kind WHEN 1 THEN '' WHEN 2 THEN '同一信用代码 ' || s.value || '：' ELSE '同一校名：' END ||
	       (SELECT group_concat(line, '；')
	        FROM (SELECT i.line FROM involved i
	              WHERE i.kind = s.kind AND i.value = s.value AND i.place <= 20 ORDER BY i.place)) ||
	       (SELECT CASE WHEN i.total > 20 THEN ' 等 ' || i.total || ' 条' ELSE '' END FROM involved i
	        WHERE i.kind = s.kind AND i.value = s.value AND i.place = 1) AS others
	FROM shared s
), subject AS MATERIALIZED (
	SELECT i.rule_case, i.school_code, group_concat(t.others, '；') AS others
	FROM (SELECT DISTINCT rule_case, kind, value, school_code FROM involved
	      ORDER BY rule_case, school_code, kind, value) i
	     JOIN told t ON t.kind = i.kind AND t.value = i.value
	GROUP BY i.rule_case, i.school_code
), applying AS MATERIALIZED (
	SELECT s.rule_case, s.school_code, s.others, a.id
	FROM application a CROSS JOIN subject s ON s.school_code = a.school_code
)
SELECT rule_case, 'application' AS dataset, id, printf('%010d', school_code) AS school, others
FROM applying
UNION ALL
SELECT DISTINCT i.rule_case, 'account', i.id, printf('%010d', i.school_code), s.others
FROM involved i JOIN subject s ON s.rule_case = i.rule_case AND s.school_code = i.school_code
WHERE i.school_code NOT IN (SELECT school_code FROM applying)
