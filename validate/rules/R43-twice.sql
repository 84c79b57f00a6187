-- rule: R43
-- title: 重复申报
-- clause: general
-- subject: application
-- reads: application certificate_ref major_ref repetition source
-- case a: return
-- case b: note
-- field: application_no
-- understood a: 另有 {others}
-- understood b: 相同的另有 {others}
-- allowed a: 同一学校、证书、等级、专业只有一条申报
-- allowed b: 每条记录只交一次
-- message a: 同一学校、证书、等级、专业申报了 {total} 条：本条之外还有 {others}；内容不同的栏目：{fields}。请学校只保留一条正确的申报，删除其余各条后重新提交。
-- message b: 本条记录另有内容完全相同的 {total} 条：{others}。只按一条计；不必退回，下次汇总时请删去重复的记录。
--
-- fires a 2 | another number and another count | +application 申报编号=SB009, 拟考证人数=80
-- fires a 2 | only the number differs | +application 申报编号=SB009
-- fires a 2 | one number, another count | +application 拟考证人数=80
-- fires a 3 | three of them | +application 申报编号=SB008 ; +application 申报编号=SB009
-- fires a 2 | names that differ by folding only | +application 申报编号=SB009, 证书名称=数据采集 处理, 专业名称=计算机应用 技术, 专业代码=610201K
-- fires a 2 | the organisation missing in one of them | +application 申报编号=SB009, 培训评价组织=
-- fires a 2 | a field that cannot be read in one of them | +application 拟考证人数=九十
-- fires a 2 | a certificate that is not in the list | application 证书名称=不存在的证书 ; +application 申报编号=SB009
-- fires b | the same row again | +application
-- fires b | the same row twice again: one finding | +application ; +application
-- fires b | the same row in another spelling of its values | +application 考核费用标准(元/人)=280, 费用确定日期=2021/4/20
-- fires a 2 b | the same row again, and one that differs | +application ; +application 申报编号=SB009
-- passes | the same certificate at another level | +application 申报编号=SB009, 等级=高级
-- passes | the same certificate for another major | +application 申报编号=SB009, 专业代码=510201, 专业名称=林业技术
-- passes | the same number of a major under another name | +application 申报编号=SB009, 专业名称=林业技术
-- passes | the same certificate at another school | +application 申报编号=SB009, 学校标识码=4299990003
-- passes | another organisation's certificate of that name | +application 申报编号=SB009, 培训评价组织=磨山软件评价有限公司
-- passes | a level that cannot be read | +application 申报编号=SB009, 等级=四级
-- passes | a school code that cannot be read in either | application 学校标识码=42999900 ; +application 申报编号=SB009
WITH named AS MATERIALIZED ( -- a certificate that the list does not have goes by its folded name
	SELECT ref, certificate, MIN(ref) OVER (PARTITION BY certificate) AS first_ref
	FROM (SELECT id AS ref, CAST(coalesce(certificate, -unit) AS INTEGER) AS certificate FROM certificate_ref
	      WHERE unit IS NOT NULL)
), major AS MATERIALIZED (
	SELECT id AS ref, canonical FROM major_ref
	WHERE base_code IS NOT NULL AND major_name IS NOT NULL AND major_level IS NOT NULL
), doubtful AS MATERIALIZED ( -- declared twice in the same words, or in other words than the first
	SELECT school_code, certificate_ref FROM application
	WHERE school_code IS NOT NULL
	GROUP BY school_code, certificate_ref, major_ref, level
	HAVING COUNT(*) > 1 OR certificate_ref IN (SELECT ref FROM named WHERE ref <> first_ref)
	    OR major_ref IN (SELECT ref FROM major WHERE ref <> canonical)
), suspect AS MATERIALIZED ( -- these and what stands in the first words: all that may belong together
	SELECT school_code, certificate_ref FROM doubtful
	UNION
	SELECT d.school_code, n.first_ref FROM doubtful d JOIN named n ON n.ref = d.certificate_ref
), twice AS MATERIALIZED (
	SELECT a.school_code, n.certificate, a.level, m.canonical, COUNT(*) AS total, MIN(a.id) AS first_id
	FROM suspect s CROSS JOIN named n ON n.ref = s.certificate_ref
	     CROSS JOIN application a ON a.school_code = s.school_code AND a.certificate_ref = s.certificate_ref
	     CROSS JOIN major m ON m.ref = a.major_ref
	WHERE a.level IS NOT NULL
	GROUP BY a.school_code, n.certificate, a.level, m.canonical
	HAVING COUNT(*) > 1
), member AS MATERIALIZED (
	SELECT t.first_id, t.total, a.*
	FROM suspect s CROSS JOIN named n ON n.ref = s.certificate_ref
	     CROSS JOIN application a ON a.school_code = s.school_code AND a.certificate_ref = s.certificate_ref
	     CROSS JOIN major m ON m.ref = a.major_ref
	     CROSS JOIN twice t ON t.school_code = a.school_code AND t.certificate = n.certificate AND t.level = a.level
	                       AND t.canonical = m.canonical
), compared AS MATERIALIZED ( -- fields that are not the same in all rows of a group
	SELECT m.first_id, ltrim(
	       CASE WHEN MIN(application_no) <> MAX(application_no) THEN '、申报编号' ELSE '' END
	    || CASE WHEN MIN(account) <> MAX(account) OR COUNT(account) NOT IN (0, COUNT(*)) THEN '、注册账号' ELSE '' END
	    || CASE WHEN MIN(school_name) <> MAX(school_name) OR COUNT(school_name) NOT IN (0, COUNT(*)) THEN '、学校名称' ELSE '' END
	    || CASE WHEN MIN(c.certificate_name) <> MAX(c.certificate_name) THEN '、证书名称' ELSE '' END
	    || CASE WHEN MIN(c.issuer) <> MAX(c.issuer) OR COUNT(c.issuer) NOT IN (0, COUNT(*)) THEN '、培训评价组织' ELSE '' END
	    || CASE WHEN MIN(j.major_code) <> MAX(j.major_code) THEN '、专业代码' ELSE '' END
	    || CASE WHEN MIN(j.major_name) <> MAX(j.major_name) THEN '、专业名称' ELSE '' END
	    || CASE WHEN MIN(enrolled) <> MAX(enrolled) OR COUNT(enrolled) NOT IN (0, COUNT(*)) THEN '、在校生数' ELSE '' END
	    || CASE WHEN MIN(pilot_students) <> MAX(pilot_students) OR COUNT(pilot_students) NOT IN (0, COUNT(*)) THEN '、参与试点学生数' ELSE '' END
	    || CASE WHEN MIN(declared) <> MAX(declared) OR COUNT(declared) NOT IN (0, COUNT(*)) THEN '、拟考证人数' ELSE '' END
	    || CASE WHEN MIN(carried_over) <> MAX(carried_over) OR COUNT(carried_over) NOT IN (0, COUNT(*)) THEN '、其中沿用2020年计划人数' ELSE '' END
	    || CASE WHEN MIN(is_new_unit) <> MAX(is_new_unit) OR COUNT(is_new_unit) NOT IN (0, COUNT(*)) THEN '、是否新增试点' ELSE '' END
	    || CASE WHEN MIN(fee) <> MAX(fee) OR COUNT(fee) NOT IN (0, COUNT(*)) THEN '、考核费用标准' ELSE '' END
	    || CASE WHEN MIN(fee_date) <> MAX(fee_date) OR COUNT(fee_date) NOT IN (0, COUNT(*)) THEN '、费用确定日期' ELSE '' END
	    || CASE WHEN MIN(agreed_fee) <> MAX(agreed_fee) OR COUNT(agreed_fee) NOT IN (0, COUNT(*)) THEN '、协议约定费用' ELSE '' END
	    || CASE WHEN MIN(fee_paid_students) <> MAX(fee_paid_students) OR COUNT(fee_paid_students) NOT IN (0, COUNT(*)) THEN '、学校承担考核费人数' ELSE '' END
	    || CASE WHEN MIN(training_fee) <> MAX(training_fee) OR COUNT(training_fee) NOT IN (0, COUNT(*)) THEN '、向学生收取培训费' ELSE '' END
	    || CASE WHEN MIN(graduation_condition) <> MAX(graduation_condition) OR COUNT(graduation_condition) NOT IN (0, COUNT(*)) THEN '、是否作为毕业条件' ELSE '' END
	    || CASE WHEN MIN(voluntary) <> MAX(voluntary) OR COUNT(voluntary) NOT IN (0, COUNT(*)) THEN '、学生自愿' ELSE '' END
	    || CASE WHEN MIN(trained_teachers) <> MAX(trained_teachers) OR COUNT(trained_teachers) NOT IN (0, COUNT(*)) THEN '、参训教师数' ELSE '' END
	    || CASE WHEN MIN(plan_file) <> MAX(plan_file) OR COUNT(plan_file) NOT IN (0, COUNT(*)) THEN '、试点工作方案' ELSE '' END
	    || CASE WHEN MIN(plan_digest) <> MAX(plan_digest) OR COUNT(plan_digest) NOT IN (0, COUNT(*)) THEN '、方案文件摘要' ELSE '' END
	    || CASE WHEN MIN(plan_pages) <> MAX(plan_pages) OR COUNT(plan_pages) NOT IN (0, COUNT(*)) THEN '、方案页数' ELSE '' END
	    || CASE WHEN MIN(agreement_file) <> MAX(agreement_file) OR COUNT(agreement_file) NOT IN (0, COUNT(*)) THEN '、合作协议' ELSE '' END
	    || CASE WHEN MIN(agreement_digest) <> MAX(agreement_digest) OR COUNT(agreement_digest) NOT IN (0, COUNT(*)) THEN '、协议文件摘要' ELSE '' END
	    || CASE WHEN MIN(agreement_date) <> MAX(agreement_date) OR COUNT(agreement_date) NOT IN (0, COUNT(*)) THEN '、协议签订日期' ELSE '' END
	    || CASE WHEN MIN(agreement_party) <> MAX(agreement_party) OR COUNT(agreement_party) NOT IN (0, COUNT(*)) THEN '、协议签约方' ELSE '' END
	    || CASE WHEN MIN(pilot_start) <> MAX(pilot_start) OR COUNT(pilot_start) NOT IN (0, COUNT(*)) THEN '、试点开始日期' ELSE '' END
	    || CASE WHEN MIN(department) <> MAX(department) OR COUNT(department) NOT IN (0, COUNT(*)) THEN '、统筹管理部门' ELSE '' END
	    || CASE WHEN MIN(leader) <> MAX(leader) OR COUNT(leader) NOT IN (0, COUNT(*)) THEN '、负责人' ELSE '' END
	    || CASE WHEN MIN(contact) <> MAX(contact) OR COUNT(contact) NOT IN (0, COUNT(*)) THEN '、联系人' ELSE '' END
	    || CASE WHEN MIN(telephone) <> MAX(telephone) OR COUNT(telephone) NOT IN (0, COUNT(*)) THEN '、联系电话' ELSE '' END
	    || CASE WHEN MIN(email) <> MAX(email) OR COUNT(email) NOT IN (0, COUNT(*)) THEN '、电子邮箱' ELSE '' END
	    || CASE WHEN MIN(submitted) <> MAX(submitted) OR COUNT(submitted) NOT IN (0, COUNT(*)) THEN '、提交时间' ELSE '' END
	    || CASE WHEN MIN(remark) <> MAX(remark) OR COUNT(remark) NOT IN (0, COUNT(*)) THEN '、备注' ELSE '' END, '、') AS fields
	FROM member m JOIN certificate_ref c ON c.id = m.certificate_ref JOIN major_ref j ON j.id = m.major_ref
	GROUP BY m.first_id
), placed AS MATERIALIZED (
	SELECT m.first_id, m.id, m.total, row_number() OVER (PARTITION BY m.first_id ORDER BY m.id) AS place,
	       m.application_no || '（' || s.file || CASE s.sheet WHEN '' THEN '' ELSE ' “' || s.sheet || '”' END
	       || ' 第 ' || m.row || ' 行）' AS line
	FROM member m JOIN source s ON s.id = m.source
), again AS MATERIALIZED (
	SELECT p.kept, COUNT(*) OVER (PARTITION BY p.kept) AS total,
	       row_number() OVER (PARTITION BY p.kept ORDER BY p.source, p.row) AS place,
	       s.file || CASE s.sheet WHEN '' THEN '' ELSE ' “' || s.sheet || '”' END || ' 第 ' || p.row || ' 行' AS line
	FROM repetition p JOIN source s ON s.id = p.source
	WHERE p.dataset = 'application'
)
SELECT 'a' AS rule_case, p.id, p.total, coalesce(nullif(c.fields, ''), '均相同或无法识别') AS fields,
       (SELECT group_concat(line, '、')
        FROM (SELECT o.line FROM placed o WHERE o.first_id = p.first_id AND o.place <= 21 AND o.id <> p.id
              ORDER BY o.place LIMIT 20))
       || CASE WHEN p.total > 21 THEN ' 等 ' || (p.total - 1) || ' 条' ELSE '' END AS others
FROM placed p JOIN compared c ON c.first_id = p.first_id
UNION ALL
SELECT 'b', k.kept, k.total, NULL,
       (SELECT group_concat(line, '、')
        FROM (SELECT o.line FROM again o WHERE o.kept = k.kept AND o.place <= 20 ORDER BY o.place))
       || CASE WHEN k.total > 20 THEN ' 等 ' || k.total || ' 条' ELSE '' END
FROM again k WHERE k.place = 1
