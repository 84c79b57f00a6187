-- rule: R23
-- title: 评价组织投诉
-- clause: 三.6
-- sentence: 试点院校要及时发现并反馈捆绑销售、高收费等问题，情况恶劣的要坚决停止合作。
-- subject: application
-- reads: application batch certificate_ref complaint complaint_text term
-- needs: complaint
-- case a: review
-- case b: note
-- field: issuer
-- understood: 投诉 {total} 起：{complaints}
-- allowed: 截至 {as_of:day} 没有针对该培训评价组织的投诉
-- message a: 截至 {as_of:day}，培训评价组织“{issuer}”有情节恶劣的投诉 {total} 起（{complaints}）。通知要求情况恶劣的要坚决停止合作：请学校书面说明是否停止与该组织合作；仍要合作的，附投诉核实和整改材料，由省厅研判。
-- message b: 截至 {as_of:day}，培训评价组织“{issuer}”有投诉 {total} 起（{complaints}），均非情节恶劣。请学校签订和履行协议时留意捆绑销售、高收费等问题，发现问题及时反馈。
-- message x: 本批次没有收到{missing}，无法判定培训评价组织是否被投诉。请补交投诉台账；确无投诉的，交一份只有表头的空表。
--
-- fires a | a grave complaint before the day of judgement | complaint 培训评价组织=江南数字评价有限公司
-- fires a | on the day of judgement itself | complaint 培训评价组织=江南数字评价有限公司, 日期=2021-05-31
-- fires a | folding differences of the organisation | complaint 培训评价组织=江南 数字评价有限公司
-- fires a | grave and other ones: the worst only | complaint 培训评价组织=江南数字评价有限公司 ; complaint#2 日期=2021-05-20
-- fires b | complaints that are not grave | complaint#2 日期=2021-05-31
-- fires b | of several only the grave one comes after the day of judgement | complaint 培训评价组织=江南数字评价有限公司, 日期=2021-06-01 ; complaint#2 日期=2021-05-20
-- fires b | a kind that cannot be read is a complaint still | complaint#2 日期=2021-05-20, 类型=乱收费
-- fires x | no list of complaints | -complaint
-- passes | the day after the day of judgement | complaint#2 情节=恶劣
-- passes | a grave complaint against an organisation that nobody works with | complaint 情节=恶劣
-- passes | 有限公司 and 有限责任公司 are two organisations | complaint 培训评价组织=江南数字评价有限责任公司
-- passes | a gravity that cannot be read | complaint#2 日期=2021-05-20, 情节=严重
WITH worst AS MATERIALIZED (
	SELECT t.folded AS issuer, MAX(c.gravity) AS gravity, b.as_of
	FROM complaint c JOIN term t ON t.id = c.issuer JOIN batch b ON c.complaint_date <= b.as_of
	WHERE c.gravity IS NOT NULL
	GROUP BY t.folded
), grave AS MATERIALIZED (
	SELECT t.folded AS issuer, COUNT(*) AS total
	FROM complaint c JOIN term t ON t.id = c.issuer JOIN worst w ON w.issuer = t.folded AND w.gravity = c.gravity
	WHERE c.complaint_date <= w.as_of
	GROUP BY t.folded
), against AS MATERIALIZED (
	SELECT r.id AS ref, t.text AS issuer, w.gravity, w.as_of, g.total,
	       (SELECT group_concat(line, '、')
	        FROM (SELECT x.complaint_date || ' ' || coalesce(x.kind, '类型不明') AS line
	              FROM complaint c JOIN term n ON n.id = c.issuer JOIN complaint_text x ON x.id = c.id
	              WHERE n.folded = w.issuer AND c.gravity = w.gravity AND c.complaint_date <= w.as_of
	              ORDER BY c.complaint_date, c.id LIMIT 20))
	       || CASE WHEN g.total > 20 THEN ' 等 ' || g.total || ' 条' ELSE '' END AS complaints
	FROM certificate_ref r JOIN term t ON t.id = r.issuer
	     JOIN worst w ON w.issuer = t.folded JOIN grave g ON g.issuer = w.issuer
)
SELECT CASE g.gravity WHEN 2 THEN 'a' ELSE 'b' END AS rule_case, a.id, g.issuer, g.total, g.complaints, g.as_of
FROM application a CROSS JOIN against g ON g.ref = a.certificate_ref
WHERE a.certificate_ref IN (SELECT ref FROM against)
