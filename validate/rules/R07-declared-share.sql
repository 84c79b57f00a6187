-- rule: R07
-- title: 拟考证人数超过在校生数
-- clause: 三.2
-- sentence: 各申报参与试点院校要聚焦自身办学特色发展需要，充分了解证书标准、对应专业、考核实训条件、证书认可度、证书试点成本等情况，按照遵循学生自愿参与的原则，结合本校师资配置、实训条件、资金投入等现有建设基础，逐一严格论证试点证书，科学确定拟参与试点的专业和证书，合理确定试点规模，严把证书入校关。
-- subject: application
-- reads: application batch certificate_ref major_ref term
-- case a: return
-- case b: review
-- understood: 各等级拟考证人数合计 {total}；参与试点学生数 {pilot_students}；在校生数 {enrolled}
-- allowed a: 合计和参与试点学生数均不超过在校生数 {enrolled}
-- allowed b: 合计不超过在校生数的 {threshold:percent}
-- message a: {major_name}专业报考“{certificate_name}”{problem}，超过该专业在校生数 {enrolled} 人。{members}试点规模应合理确定，请核对在校生数、参与试点学生数和各等级拟考证人数后改正。
-- message b: {major_name}专业报考“{certificate_name}”的各等级拟考证人数合计 {total} 人，占在校生数 {enrolled} 人的 {share:percent}，超过 {threshold:percent}。{members}请学校说明规模测算依据，由审核人研判规模是否合理并写明理由。
--
-- fires a | one more than enrolled | application 拟考证人数=201
-- fires a 2 | the levels together are more than enrolled | application 拟考证人数=101 ; +application 申报编号=SB101, 等级=高级, 拟考证人数=100
-- fires a | more pilot students than enrolled | application 参与试点学生数=201
-- fires a b | a row with too many pilot students beside a high share | application 参与试点学生数=201, 拟考证人数=100 ; +application 申报编号=SB101, 等级=高级, 参与试点学生数=100
-- fires a | nobody enrolled | application 在校生数=0, 参与试点学生数=0
-- fires b | just above the threshold | application 拟考证人数=161
-- fires b | all of the enrolled: b at most | application 拟考证人数=200
-- fires b 2 | the levels together reach enrolled | application 拟考证人数=100 ; +application 申报编号=SB101, 等级=高级, 拟考证人数=100
-- fires b | another threshold | notice thresholds/@declaredShare=0.4499
-- fires a 2 | an unresolved certificate counts by its folded name | application 证书名称=云端炼丹, 拟考证人数=101 ; +application 申报编号=SB101, 等级=高级, 证书名称=云端 炼丹职业技能等级证书, 培训评价组织=楚天建工评价中心, 拟考证人数=100
-- fires a 2 | one certificate under two spellings | application 拟考证人数=101 ; +application 申报编号=SB101, 等级=高级, 证书名称=数据采集处理, 拟考证人数=100
-- fires a 2 | the same major with another suffix and folded name | application 拟考证人数=101 ; +application 申报编号=SB101, 等级=高级, 专业代码=610201K, 专业名称=计算机 应用技术, 拟考证人数=100
-- fires a 2 | the known are summed; the row with the unreadable number is no subject | application 拟考证人数=101 ; +application 申报编号=SB101, 等级=高级, 拟考证人数=100 ; +application 申报编号=SB102, 等级=初级, 拟考证人数=约100
-- passes | exactly the threshold | application 拟考证人数=160
-- passes | exactly another threshold | notice thresholds/@declaredShare=0.45
-- passes | as many pilot students as enrolled | application 参与试点学生数=200, 学校承担考核费人数=200
-- passes | sums across certificates do not count | application 拟考证人数=160 ; +application 申报编号=SB101, 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司, 拟考证人数=160
-- passes | sums across majors do not count | application 拟考证人数=160 ; +application 申报编号=SB101, 专业代码=510201, 专业名称=林业技术, 拟考证人数=160
-- passes | sums across schools do not count | application 拟考证人数=160 ; +application 申报编号=SB101, 学校标识码=4299990003, 等级=高级, 拟考证人数=160
-- passes a | rows that disagree on enrolled: the largest holds | application 拟考证人数=101, 在校生数=90 ; +application 申报编号=SB101, 等级=高级, 拟考证人数=100, 在校生数=300
-- passes | pilot students against the largest enrolled | application 参与试点学生数=150, 在校生数=120 ; +application 申报编号=SB101, 等级=高级, 拟考证人数=40, 在校生数=200
-- passes | an unreadable number adds nothing | application 拟考证人数=约500人
-- passes | an unreadable enrolled is unknown | application 在校生数=二百, 拟考证人数=900
-- passes | an unreadable school: no group | application 学校标识码=4.29999E+09, 拟考证人数=900
WITH
named AS MATERIALIZED ( -- certificates that R01 cannot resolve stand by their folded name, below zero
  SELECT ref, certificate, min(ref) OVER (PARTITION BY certificate) AS first_ref
  FROM (SELECT id AS ref, CAST(coalesce(certificate, -unit) AS INTEGER) AS certificate FROM certificate_ref
        WHERE unit IS NOT NULL)
),
major AS MATERIALIZED (
  SELECT id AS ref, canonical FROM major_ref
  WHERE base_code IS NOT NULL AND major_name IS NOT NULL AND major_level IS NOT NULL
),
doubtful AS MATERIALIZED ( -- rows of the same words that exceed, and rows in other words than the first
  SELECT school_code, certificate_ref
  FROM application
  WHERE school_code IS NOT NULL
  GROUP BY school_code, certificate_ref, major_ref
  HAVING max(pilot_students) > max(enrolled)
    OR sum(declared) * 1000000 > max(enrolled) * min(1000000, (SELECT share_threshold_ppm FROM batch))
    OR certificate_ref IN (SELECT ref FROM named WHERE ref <> first_ref)
    OR major_ref IN (SELECT ref FROM major WHERE ref <> canonical)
),
candidate AS MATERIALIZED ( -- these and what stands in the first words: all that may belong together
  SELECT school_code, certificate_ref FROM doubtful
  UNION
  SELECT d.school_code, n.first_ref FROM doubtful d JOIN named n ON n.ref = d.certificate_ref
),
item AS NOT MATERIALIZED (
  SELECT a.id, a.application_no, a.school_code, m.canonical AS major, n.certificate,
         a.enrolled, a.pilot_students, a.declared, a.certificate_ref, a.major_ref
  FROM candidate s
  CROSS JOIN named n ON n.ref = s.certificate_ref
  CROSS JOIN application a ON a.school_code = s.school_code AND a.certificate_ref = s.certificate_ref
  CROSS JOIN major m ON m.ref = a.major_ref
),
crowd AS MATERIALIZED (
  SELECT i.school_code, i.major, i.certificate, max(i.enrolled) AS enrolled, sum(i.declared) AS total,
         count(*) AS members
  FROM item i
  GROUP BY i.school_code, i.major, i.certificate
  HAVING sum(i.declared) > max(i.enrolled) OR max(i.pilot_students) > max(i.enrolled)
    OR sum(i.declared) * 1000000 > max(i.enrolled) * (SELECT share_threshold_ppm FROM batch)
),
suspect AS MATERIALIZED ( -- a row whose own number is unreadable has no part in the sum
  SELECT i.*, g.enrolled AS most_enrolled, g.members,
         CASE WHEN i.declared IS NOT NULL THEN g.total END AS total,
         row_number() OVER (PARTITION BY i.school_code, i.major, i.certificate ORDER BY i.id) AS place
  FROM item i
  CROSS JOIN crowd g ON g.school_code = i.school_code AND g.major = i.major AND g.certificate = i.certificate
),
head AS MATERIALIZED (
  SELECT school_code, major, certificate, place,
         application_no || ' 拟考 ' || coalesce(declared, '（无法识别）') || ' 人' AS text
  FROM suspect WHERE members > 1 AND place <= 20
),
listing AS MATERIALIZED (
  SELECT g.school_code, g.major, g.certificate,
         (SELECT group_concat(text, '、')
          FROM (SELECT h.text FROM head h
                WHERE h.school_code = g.school_code AND h.major = g.major AND h.certificate = g.certificate
                ORDER BY h.place)) AS texts
  FROM crowd g WHERE g.members > 1
)
SELECT CASE WHEN s.total > s.most_enrolled OR s.pilot_students > s.most_enrolled THEN 'a' ELSE 'b' END AS rule_case,
       s.id,
       CASE WHEN s.pilot_students > s.most_enrolled AND (s.total <= s.most_enrolled OR s.total IS NULL)
              THEN 'pilot_students' ELSE 'declared' END AS field,
       s.total, s.most_enrolled AS enrolled, s.pilot_students, b.share_threshold_ppm AS threshold,
       s.total * 1000000 / nullif(s.most_enrolled, 0) AS share,
       n.text AS major_name, t.text AS certificate_name,
       CASE WHEN s.total > s.most_enrolled THEN '的各等级拟考证人数合计 ' || s.total || ' 人' ELSE '的' END
         || CASE WHEN s.total > s.most_enrolled AND s.pilot_students > s.most_enrolled THEN '、' ELSE '' END
         || CASE WHEN s.pilot_students > s.most_enrolled THEN '参与试点学生数 ' || s.pilot_students || ' 人' ELSE '' END
         AS problem,
       coalesce('涉及申报：' || l.texts || CASE WHEN s.members > 20 THEN '等 ' || s.members || ' 条' ELSE '' END || '。', '')
         AS members
FROM suspect s
CROSS JOIN batch b
JOIN certificate_ref c ON c.id = s.certificate_ref
JOIN term t ON t.id = c.certificate_name
JOIN major_ref m ON m.id = s.major_ref
JOIN term n ON n.id = m.major_name
LEFT JOIN listing l ON l.school_code = s.school_code AND l.major = s.major AND l.certificate = s.certificate
WHERE s.total > s.most_enrolled OR s.pilot_students > s.most_enrolled
   OR s.total * 1000000 > s.most_enrolled * b.share_threshold_ppm;
