-- rule: R12
-- title: 向学生收取培训费
-- clause: 三.5
-- sentence: 要严格执行各项收费及财务制度，试点期间不得将是否获得相关证书作为毕业标准，不得直接或委托其他机构向试点专业学生收取培训费，杜绝乱培训、乱收费、滥发证，切实保障学生权益。
-- subject: application
-- reads: application
-- severity: return
-- field: training_fee
-- understood: 每人 {training_fee:yuan} 元
-- understood x: 缺少{missing}
-- allowed: 0.00
-- message: 向学生收取培训费 {training_fee:yuan} 元/人。学校不得直接或委托其他机构向试点专业学生收取培训费，请停止收取、已收的退还学生，并改为 0.00。
-- message x: 没有填写{missing}，无法判定是否向学生收费。请如实填写，不收取的填 0.00。
--
-- fires - | one hundred yuan | application 向学生收取培训费(元/人)=100.00
-- fires - | one fen | application 向学生收取培训费(元/人)=0.01
-- fires x | blank | application 向学生收取培训费(元/人)=
-- fires x 3 | blank in all of them | application* 向学生收取培训费(元/人)=
-- fires - x | one is charged, one is blank | application 向学生收取培训费(元/人)=50 ; application#2 向学生收取培训费(元/人)=
-- passes | 0.00 | application 向学生收取培训费(元/人)=0.00
-- passes | a bare zero | application 向学生收取培训费(元/人)=0
-- passes | an exam fee is no training fee | application 考核费用标准(元/人)=300.00
-- passes | unreadable is unknown and not blank | application 向学生收取培训费(元/人)=免费
SELECT '' AS rule_case, id, training_fee, '向学生收取培训费' AS missing
FROM application
WHERE training_fee > 0
UNION ALL
SELECT 'x', id, training_fee, '向学生收取培训费'
FROM application
WHERE training_fee IS NULL AND NOT training_fee_unknown;
