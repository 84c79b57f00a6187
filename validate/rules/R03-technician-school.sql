-- rule: R03
-- title: 技工学校申报
-- clause: 二
-- sentence: 试点院校以高等职业学校、中等职业学校（不含技工学校）为主，应用型本科高校自愿参与。
-- subject: application
-- reads: application school school_path term
-- needs: school
-- case a: reject
-- case b: review
-- field a: school_code
-- field b: school_name
-- understood a: {registered_name}（{school_code}）：{school_kind:kind}
-- understood b: 名录：{registered_name}（{school_kind:kind}）；申报：{declared_name}
-- understood x: 缺少{missing}
-- allowed: 高等职业学校、中等职业学校（不含技工学校）、自愿参与的应用型本科高校
-- message a: {registered_name}（{school_code}）在院校名录中的学校类型是{school_kind:kind}，通知明确试点院校不含技工学校，本条申报不符合条件。如名录登记有误，请先更正院校名录。
-- message b: {registered_name}（{school_code}）在院校名录中的学校类型是{school_kind:kind}，但{where}“技工”或“技师”字样（名录名称：{registered_name}；申报名称：{declared_name}），可能是一校两牌。技工学校不在试点范围内，请核实申报主体，由审核人研判并写明理由。
-- message x: 本批次没有收到{missing}，无法判定申报学校是否为技工学校。请补充{missing}后重新处理。
--
-- fires a | a 技工学校 of the registry | school#2 学校类型=技工学校
-- fires a | a 技工学校 with 技工 in its names is a only | school#2 学校类型=技工学校, 学校名称=清江技工学校 ; application#2 学校名称=清江技工学校
-- fires b | the registered name says 技工 | school#2 学校名称=清江技工学校
-- fires b | the declared name says 技师 | application#2 学校名称=清江技师学院
-- fires b | a college with two signs | application 学校名称=云梦泽职业技术学院（云梦泽技师学院）
-- fires b | white space does not hide it | application 学校名称=云梦泽技 工学校
-- fires b 2 | every application of the school | school#2 学校名称=清江技工学校 ; +application#2 申报编号=SB102, 等级=中级
-- fires x | no registry: one note for the batch | school#2 学校类型=技工学校 ; -school
-- passes | 职业技术 is neither 技工 nor 技师 | application#2 学校名称=清江职业技术学校
-- passes | the former name is not looked at | school#2 曾用名=清江技工学校
-- passes | a school that is not in the registry (R47) | application 学校标识码=4299999999, 学校名称=某技师学院
-- passes | an unreadable kind is unknown | school#2 学校类型=技校, 学校名称=清江技工学校
-- passes | a name with a field finding is unknown | application 学校名称=#REF!
WITH
sign AS MATERIALIZED (
  SELECT id FROM term WHERE instr(folded_text, '技工') OR instr(folded_text, '技师')
),
suspect AS MATERIALIZED (
  SELECT p.school_code FROM school_path p JOIN school s ON s.id = p.school_id
  WHERE p.school_kind = 6 OR s.school_name IN (SELECT id FROM sign)
),
involved AS (
  SELECT id, school_code, school_name FROM application WHERE school_code IN (SELECT school_code FROM suspect)
  UNION ALL
  SELECT id, school_code, school_name FROM application
  WHERE school_name IN (SELECT id FROM sign) AND school_code NOT IN (SELECT school_code FROM suspect)
)
SELECT CASE WHEN p.school_kind = 6 THEN 'a' ELSE 'b' END AS rule_case,
       a.id, p.school_kind, printf('%010d', a.school_code) AS school_code,
       coalesce(registered.text, '无法识别') AS registered_name,
       coalesce(declared.text, '无法识别') AS declared_name,
       CASE WHEN s.school_name IN (SELECT id FROM sign) AND a.school_name IN (SELECT id FROM sign)
              THEN '名录名称和申报名称中都有'
            WHEN s.school_name IN (SELECT id FROM sign) THEN '名录名称中有'
            ELSE '申报名称中有' END AS "where"
FROM involved a
CROSS JOIN school_path p ON p.school_code = a.school_code
CROSS JOIN school s ON s.id = p.school_id
LEFT JOIN term registered ON registered.id = s.school_name
LEFT JOIN term declared ON declared.id = a.school_name
WHERE p.school_kind IS NOT NULL;
