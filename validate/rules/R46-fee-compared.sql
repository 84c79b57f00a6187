-- rule: R46
-- title: 考核费用比对
-- clause: 三.5
-- sentence: 试点申报前，院校应与培训评价组织协商，按照公益性原则确定本校职业技能等级证书考核费用标准。
-- subject: application
-- reads: application certificate_ref
-- case a: review
-- case b: note
-- field: fee
-- field x: agreed_fee
-- understood: {stated}
-- allowed a: 与协议约定费用一致（{agreed_fee:yuan} 元/人）
-- allowed b: 全省最常见的费用（{usual:yuan} 元/人）
-- allowed x: 填写协议约定费用
-- message a: 考核费用标准 {fee:yuan} 元/人，与协议约定费用 {agreed_fee:yuan} 元/人不一致。请学校核对合作协议，改正有误的一项；确需不同的，附书面说明，由省厅研判。
-- message b: 考核费用标准 {fee:yuan} 元/人，全省申报同一证书同一等级最常见的是 {usual:yuan} 元/人（{total} 条申报中 {same} 条）。供审核参考；学校请核对是否填写有误。
-- message x: 未填协议约定费用，无法判定申报的考核费用与协议是否一致。请在平台导出中补上，或由审核人对照合作协议核对。
--
-- fires a | the agreement says more | application 协议约定费用(元/人)=280.01
-- fires a | the agreement says nothing is due | application 协议约定费用(元/人)=0
-- fires b | the third application of a certificate and level asks for more | +application 申报编号=SB008, 学校标识码=4299990003 ; +application 申报编号=SB009, 学校标识码=4299990004, 考核费用标准(元/人)=280.01, 协议约定费用(元/人)=280.01
-- fires a b | both | +application 申报编号=SB008, 学校标识码=4299990003 ; +application 申报编号=SB009, 学校标识码=4299990004, 考核费用标准(元/人)=300
-- fires b | the name differs by folding only | +application 申报编号=SB008, 证书名称=数据采集 处理 ; +application 申报编号=SB009, 考核费用标准(元/人)=300, 协议约定费用(元/人)=300
-- fires x | the agreed fee is blank | application 协议约定费用(元/人)=
-- fires x 3 | one per application | application* 协议约定费用(元/人)=
-- fires b x | it stands beside another finding | +application 申报编号=SB008 ; +application 申报编号=SB009, 考核费用标准(元/人)=300, 协议约定费用(元/人)=
-- passes | a tie has no most frequent fee | +application 申报编号=SB008, 考核费用标准(元/人)=300, 协议约定费用(元/人)=300
-- passes | a tie of two and two | +application 申报编号=SB007 ; +application 申报编号=SB008, 考核费用标准(元/人)=300, 协议约定费用(元/人)=300 ; +application 申报编号=SB009, 考核费用标准(元/人)=300, 协议约定费用(元/人)=300
-- passes | another level has its own fee | +application 申报编号=SB008 ; +application 申报编号=SB009, 等级=高级, 考核费用标准(元/人)=300, 协议约定费用(元/人)=300
-- passes | a fee that cannot be read | +application 申报编号=SB008 ; +application 申报编号=SB009, 考核费用标准(元/人)=面议
-- passes | an agreed fee that cannot be read is not blank | application 协议约定费用(元/人)=面议
WITH named AS MATERIALIZED ( -- a certificate that the list does not have goes by its folded name
	SELECT id AS ref, CAST(coalesce(certificate, -unit) AS INTEGER) AS certificate FROM certificate_ref WHERE unit IS NOT NULL
), stated AS MATERIALIZED ( -- the fees that there are
	SELECT DISTINCT certificate_ref, level, fee, agreed_fee FROM application
), asked AS MATERIALIZED (
	SELECT DISTINCT certificate_ref, level, fee FROM stated WHERE fee IS NOT NULL AND level IS NOT NULL
), mixed AS MATERIALIZED ( -- refs and levels, as one number, of certificates that have more than one
	SELECT n.ref * 4 + m.level AS place
	FROM (SELECT n.certificate, a.level FROM asked a JOIN named n ON n.ref = a.certificate_ref
	      GROUP BY n.certificate, a.level HAVING MIN(a.fee) <> MAX(a.fee)) m
	     JOIN named n ON n.certificate = m.certificate
), price AS MATERIALIZED (
	SELECT n.certificate, p.level, p.fee, SUM(p.same) AS same
	FROM (SELECT certificate_ref, level, fee, COUNT(*) AS same FROM application
	      WHERE certificate_ref IN (SELECT place / 4 FROM mixed)
	        AND certificate_ref * 4 + level IN (SELECT place FROM mixed) AND fee IS NOT NULL
	      GROUP BY certificate_ref * 4 + level, fee) p
	     JOIN named n ON n.ref = p.certificate_ref
	GROUP BY n.certificate, p.level, p.fee
), frequent AS MATERIALIZED (
	SELECT certificate, level, MAX(same) AS same, SUM(same) AS total FROM price
	GROUP BY certificate, level
), usual AS MATERIALIZED (
	SELECT n.ref, f.level, MIN(p.fee) AS fee, f.same, f.total
	FROM frequent f JOIN price p ON p.certificate = f.certificate AND p.level = f.level AND p.same = f.same
	     JOIN named n ON n.certificate = f.certificate
	GROUP BY n.ref, f.level HAVING COUNT(p.fee) = 1
), odd AS MATERIALIZED ( -- other fees than the usual one
	SELECT u.ref * 4 + u.level AS place, p.fee
	FROM usual u JOIN named n ON n.ref = u.ref JOIN price p ON p.certificate = n.certificate AND p.level = u.level AND p.fee <> u.fee
), doubtful AS MATERIALIZED ( -- certificates of which something may be amiss
	SELECT DISTINCT certificate_ref FROM stated
	WHERE agreed_fee IS NOT fee OR agreed_fee IS NULL
	   OR (certificate_ref * 4 + level, fee) IN (SELECT place, fee FROM odd)
), found AS MATERIALIZED (
	SELECT id, certificate_ref, level, fee, agreed_fee, agreed_fee_unknown FROM application
	WHERE certificate_ref IN (SELECT certificate_ref FROM doubtful)
	  AND (agreed_fee IS NOT fee OR agreed_fee IS NULL
	       OR (certificate_ref * 4 + level, fee) IN (SELECT place, fee FROM odd))
)
SELECT CASE WHEN agreed_fee IS NULL THEN 'x' ELSE 'a' END AS rule_case, id, fee, agreed_fee,
       NULL AS usual, NULL AS same, NULL AS total,
       CASE WHEN agreed_fee IS NULL THEN '未填' ELSE printf('%d.%02d 元/人', fee / 100, fee % 100) END AS stated
FROM found
WHERE agreed_fee <> fee OR agreed_fee IS NULL AND NOT agreed_fee_unknown
UNION ALL
SELECT 'b', a.id, a.fee, a.agreed_fee, u.fee, u.same, u.total, printf('%d.%02d 元/人', a.fee / 100, a.fee % 100)
FROM found a CROSS JOIN usual u ON u.ref = a.certificate_ref AND u.level = a.level
WHERE a.fee <> u.fee
