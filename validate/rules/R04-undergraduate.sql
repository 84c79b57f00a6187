-- rule: R04
-- title: 本科高校申报
-- clause: 二
-- sentence: 试点院校以高等职业学校、中等职业学校（不含技工学校）为主，应用型本科高校自愿参与。
-- subject: application
-- reads: application school school_path term
-- needs: school
-- case a: review
-- case b: note
-- field: school_code
-- understood: {school_name}（{school_code}）：{school_kind:kind}
-- understood x: 缺少{missing}
-- allowed: 以高等职业学校、中等职业学校为主，应用型本科高校自愿参与
-- message a: {school_name}（{school_code}）在院校名录中的学校类型是{school_kind:kind}。通知只提到应用型本科高校自愿参与，对普通本科既未列入也未禁止，请审核人研判是否受理并写明理由；学校确为应用型本科的，请先更正院校名录。
-- message b: {school_name}（{school_code}）是{school_kind:kind}高校，按通知属自愿参与。请确认学校自愿申报，无需修改。
-- message x: 本批次没有收到{missing}，无法判定申报学校是否为本科高校。请补充{missing}后重新处理。
--
-- fires a | 普通本科 | school 学校类型=普通本科
-- fires b | 应用型本科 | school 学校类型=应用型本科
-- fires a 2 | every application of the school | school 学校类型=普通本科 ; +application 申报编号=SB101, 等级=初级
-- fires x | no registry: one note for the batch | school 学校类型=普通本科 ; -school
-- passes | 职业本科 | school 学校类型=职业本科
-- passes | 中职 | school 学校类型=中职
-- passes | an unreadable kind is unknown | school 学校类型=大学
-- passes | a school that is not in the registry (R47) | application 学校标识码=4299999999
-- passes | an undergraduate school that declares nothing | school#3 学校类型=普通本科
SELECT CASE p.school_kind WHEN 5 THEN 'a' ELSE 'b' END AS rule_case,
       a.id, p.school_kind, printf('%010d', a.school_code) AS school_code,
       coalesce(t.text, '名称无法识别') AS school_name
FROM application a
CROSS JOIN school_path p ON p.school_code = a.school_code
CROSS JOIN school s ON s.id = p.school_id
LEFT JOIN term t ON t.id = s.school_name
WHERE a.school_code IN (SELECT school_code FROM school_path WHERE school_kind IN (4, 5));
