-- rule: R16
-- title: 往年考核费未结清
-- clause: 三.5
-- sentence: 协商确定好证书考核费用标准后，已完成考核工作的试点院校应及时完成考核费用结算。
-- subject: application
-- reads: application batch certificate_ref enumeration performance school school_path term
-- needs: performance
-- severity: review
-- understood: 未结清：{listing}
-- understood x: 缺少{missing}
-- allowed: 往年已考核的证书，考核费已结清
-- allowed x: 有执行情况可供核对
-- message: {school}往年已完成考核但考核费没有结清：{listing}。已完成考核的应及时结算，请尽快结清并更新执行情况；一时不能结清的，请说明原因，由审核人研判。
-- message x: 本批次没有收到{missing}，无法判定往年考核费是否结清。请补充{missing}后重新处理。
--
-- fires - | examined last year and not settled | performance 考核费是否结清=否
-- fires - 2 | every application of the school | performance 考核费是否结清=否 ; +application 申报编号=SB101, 等级=高级
-- fires - | two certificates unsettled: one finding per application | performance 考核费是否结清=否 ; +performance 年度=2019
-- fires - | one person examined | performance#2 考核费是否结清=否, 考核人数=1
-- fires - | a school without applications: the row itself | +performance#1 学校标识码=4299990003, 考核费是否结清=否
-- fires - 2 | a school without applications: each row | +performance#1 学校标识码=4299990003, 考核费是否结清=否 ; +performance#1 学校标识码=4299990003, 年度=2019, 考核费是否结清=否
-- fires - | an unreadable school code makes no application of the school | performance#2 考核费是否结清=否 ; application#2 学校标识码=4.29999E+09
-- fires x | no performance: one note for the batch | -performance
-- passes | nothing examined | performance 考核费是否结清=否, 考核人数=0
-- passes | this year's are not due | performance 考核费是否结清=否, 年度=2021
-- passes | an unreadable answer is unknown | performance 考核费是否结清=部分
-- passes | an unreadable number examined is unknown | performance 考核费是否结清=否, 考核人数=约3人
WITH
owed AS MATERIALIZED (
  SELECT p.id, p.school_code, t.text || l.text || '（' || p.year || '年，考核 ' || p.examined || ' 人）' AS text,
         row_number() OVER (PARTITION BY p.school_code ORDER BY p.year, p.id) AS place,
         count(*) OVER (PARTITION BY p.school_code) AS items
  FROM performance p
  CROSS JOIN batch b
  JOIN certificate_ref r ON r.id = p.certificate_ref
  JOIN term t ON t.id = r.certificate_name
  JOIN enumeration l ON l.dataset = 'performance' AND l.field = 'level' AND l.position = p.level
  WHERE p.year < b.year AND p.examined > 0 AND p.fee_settled = 0
),
head AS MATERIALIZED (
  SELECT school_code, place, text FROM owed WHERE place <= 20
),
debtor AS MATERIALIZED (
  SELECT o.school_code,
         coalesce(t.text || '（' || printf('%010d', o.school_code) || '）', printf('学校 %010d ', o.school_code)) AS school,
         (SELECT group_concat(text, '、')
          FROM (SELECT h.text FROM head h WHERE h.school_code = o.school_code ORDER BY h.place))
           || CASE WHEN o.items > 20 THEN '等 ' || o.items || ' 项' ELSE '' END AS listing
  FROM owed o
  LEFT JOIN school_path p ON p.school_code = o.school_code
  LEFT JOIN school s ON s.id = p.school_id
  LEFT JOIN term t ON t.id = s.school_name
  WHERE o.place = 1
),
applicant AS MATERIALIZED (
  SELECT DISTINCT school_code FROM application WHERE school_code IN (SELECT school_code FROM debtor)
)
SELECT 'application' AS dataset, a.id, 'school_code' AS field, d.school, d.listing
FROM application a
CROSS JOIN debtor d ON d.school_code = a.school_code
UNION ALL
SELECT 'performance', o.id, 'fee_settled', d.school, o.text
FROM owed o
CROSS JOIN debtor d ON d.school_code = o.school_code
WHERE o.school_code NOT IN (SELECT school_code FROM applicant);
