-- rule: R17
-- title: 证书编号重复
-- clause: 三.5
-- sentence: 要严格执行各项收费及财务制度，试点期间不得将是否获得相关证书作为毕业标准，不得直接或委托其他机构向试点专业学生收取培训费，杜绝乱培训、乱收费、滥发证，切实保障学生权益。
-- subject: assessment
-- reads: assessment assessment_twin
-- needs: assessment
-- severity: review
-- field: certificate_no
-- understood: 证书编号 {certificate_no}，报名号 {registration_no}
-- understood x: 缺少{missing}
-- allowed: 一个证书编号只属于一个报名号
-- allowed x: 有考核记录可供核对
-- message: 证书编号 {certificate_no} 既记在报名号 {registration_no} 名下，又记在报名号 {others} 名下。一个证书编号只能发给一名考生，请向培训评价组织和平台核实是否重复发证、误登，由审核人研判。
-- message x: 本批次没有收到{missing}，无法判定证书编号是否重复。请补充{missing}后重新处理。
--
-- fires - 2 | one number under two registrations | assessment#2 证书编号=ZH0001
-- fires - 3 | one number under three registrations | assessment#2 证书编号=ZH0001 ; assessment#5 证书编号=ZH0001
-- fires - 4 | two numbers, each under two registrations | assessment#2 证书编号=ZH0001 ; assessment#5 证书编号=ZH0003 ; assessment#3 证书编号=ZH0003, 结果=通过
-- fires - 2 | in two schools | assessment#5 证书编号=ZH0001
-- fires - 2 | the row without 通过 too | assessment#3 证书编号=ZH0001
-- fires - 2 | white space in a code does not count | assessment#2 证书编号=ZH 0001
-- fires - 3 | a registration that repeats its own number, and another one | +assessment#1 考核日期=2020-12-20 ; assessment#5 证书编号=ZH0001
-- fires x | no assessment records: one note for the batch | -assessment
-- passes | the same registration twice under one number (R49) | +assessment#1 考核日期=2020-12-20
-- passes | the same row sent twice | +assessment#1 报名号=BM0001
-- passes | numbers that differ in a letter | assessment#2 证书编号=ZH0001A
-- passes | blank numbers are no number | assessment#2 证书编号=, 结果=未通过
WITH
twin AS MATERIALIZED (
  SELECT t.first, t.id, a.registration_no
  FROM assessment_twin t CROSS JOIN assessment a ON a.id = t.id
  WHERE t.kind = 'certificate_no'
),
shared AS MATERIALIZED (
  SELECT first FROM twin GROUP BY first HAVING min(registration_no) <> max(registration_no)
),
holder AS MATERIALIZED ( -- of each number: its registrations in the order in which they first occur
  SELECT first, registration_no,
         row_number() OVER (PARTITION BY first ORDER BY id) AS place,
         count(*) OVER (PARTITION BY first) AS holders
  FROM (SELECT t.first, t.registration_no, min(t.id) AS id
        FROM shared s JOIN twin t ON t.first = s.first
        GROUP BY t.first, t.registration_no)
),
head AS MATERIALIZED (
  SELECT first, registration_no, place, holders FROM holder WHERE place <= 21
)
SELECT a.id, a.certificate_no, a.registration_no,
       (SELECT group_concat(registration_no, '、')
        FROM (SELECT h.registration_no FROM head h
              WHERE h.first = t.first AND h.registration_no <> t.registration_no
              ORDER BY h.place LIMIT 20))
         || CASE WHEN h.holders > 21 THEN '等 ' || (h.holders - 1) || ' 个' ELSE '' END AS others
FROM shared s
JOIN twin t ON t.first = s.first
JOIN head h ON h.first = t.first AND h.place = 1
JOIN assessment a ON a.id = t.id;
