-- rule: R13
-- title: 学校承担考核费人数不足
-- clause: 三.5
-- sentence: 试点院校应保障试点专业学生至少参与一个职业技能等级证书的考核费用。
-- subject: application
-- reads: application major_ref term
-- severity: return
-- field: fee_paid_students
-- understood: 本专业学校承担考核费人数合计 {paid}；参与试点学生数 {students}
-- allowed: 合计不少于参与试点学生数 {students}
-- message: {major_name}专业参与试点学生 {students} 人，各条申报的学校承担考核费人数合计只有 {paid} 人，少 {short} 人。{members}学校应保障每名试点学生至少一个证书的考核费用，请增加学校承担考核费人数，或核对参与试点学生数后改正。
--
-- fires - | one student short | application 学校承担考核费人数=99
-- fires - | nobody's fee is paid | application 学校承担考核费人数=0
-- fires - 2 | two certificates together one short | application 学校承担考核费人数=50 ; +application 申报编号=SB101, 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司, 学校承担考核费人数=49
-- fires - 2 | the largest number of pilot students counts | application 学校承担考核费人数=60 ; +application 申报编号=SB101, 等级=高级, 参与试点学生数=121, 学校承担考核费人数=60
-- fires - 2 | an unreadable number of students beside a known one | application 学校承担考核费人数=10 ; +application 申报编号=SB101, 等级=高级, 参与试点学生数=若干
-- passes | exactly all | application 学校承担考核费人数=100
-- passes | two certificates that cover half each | application 学校承担考核费人数=50 ; +application 申报编号=SB101, 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司
-- passes | the same major under two spellings | application 学校承担考核费人数=50 ; +application 申报编号=SB101, 等级=高级, 专业代码=610201T, 专业名称=计算机 应用技术
-- passes | a group with an unreadable addend | application 学校承担考核费人数=10 ; +application 申报编号=SB101, 等级=高级, 学校承担考核费人数=约50
-- passes | an unreadable number alone | application 学校承担考核费人数=若干
-- passes | an unreadable number of students alone | application 学校承担考核费人数=0, 参与试点学生数=若干
-- passes | an unreadable major: no group | application 学校承担考核费人数=0, 专业代码=61020
-- passes | no pilot students | application 学校承担考核费人数=0, 参与试点学生数=0
WITH
major AS MATERIALIZED (
  SELECT id AS ref, canonical, major_name FROM major_ref
  WHERE base_code IS NOT NULL AND major_name IS NOT NULL AND major_level IS NOT NULL
),
short AS MATERIALIZED ( -- a sum can only be short where a row is
  SELECT DISTINCT school_code FROM application WHERE fee_paid_students < pilot_students AND school_code IS NOT NULL
),
item AS NOT MATERIALIZED (
  SELECT a.id, a.application_no, a.school_code, m.canonical AS major, m.major_name,
         a.fee_paid_students, a.pilot_students
  FROM short s
  CROSS JOIN application a ON a.school_code = s.school_code
  CROSS JOIN major m ON m.ref = a.major_ref
),
crowd AS MATERIALIZED ( -- a required field is only NULL where it is unknown
  SELECT school_code, m.canonical AS major, sum(paid) AS paid, max(students) AS students, sum(members) AS members
  FROM (SELECT a.school_code, a.major_ref, sum(a.fee_paid_students) AS paid, max(a.pilot_students) AS students,
               count(*) AS members, count(a.fee_paid_students) AS known
        FROM application a
        WHERE a.school_code IN (SELECT school_code FROM short)
        GROUP BY a.school_code, a.certificate_ref, a.major_ref)
  CROSS JOIN major m ON m.ref = major_ref
  GROUP BY school_code, m.canonical
  HAVING sum(paid) < max(students) AND sum(known) = sum(members)
),
suspect AS MATERIALIZED (
  SELECT i.*, g.paid, g.students, g.members,
         row_number() OVER (PARTITION BY i.school_code, i.major ORDER BY i.id) AS place
  FROM item i
  CROSS JOIN crowd g ON g.school_code = i.school_code AND g.major = i.major
),
head AS MATERIALIZED (
  SELECT school_code, major, place, application_no || ' 承担 ' || fee_paid_students || ' 人' AS text
  FROM suspect WHERE members > 1 AND place <= 20
),
listing AS MATERIALIZED (
  SELECT g.school_code, g.major,
         (SELECT group_concat(text, '、')
          FROM (SELECT h.text FROM head h WHERE h.school_code = g.school_code AND h.major = g.major
                ORDER BY h.place)) AS texts
  FROM crowd g WHERE g.members > 1
)
SELECT s.id, s.paid, s.students, s.students - s.paid AS short, t.text AS major_name,
       coalesce('涉及申报：' || l.texts || CASE WHEN s.members > 20 THEN '等 ' || s.members || ' 条' ELSE '' END || '。', '')
         AS members
FROM suspect s
JOIN term t ON t.id = s.major_name
LEFT JOIN listing l ON l.school_code = s.school_code AND l.major = s.major;
