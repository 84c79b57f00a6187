-- rule: R18
-- title: 有考核记录而无执行情况
-- clause: general
-- subject: assessment
-- reads: assessment assessment_group certificate_ref performance school school_path term
-- needs: performance assessment
-- severity: review
-- field: exam_date
-- understood: {year} 年考核记录 {records} 条
-- understood x: 缺少{missing}
-- allowed: 执行情况中有同一学校、证书、等级和年度的记录
-- allowed x: 执行情况和考核记录齐全
-- message: {school}{year} 年“{certificate_name}”{level:level}有考核记录 {records} 条（首条报名号 {registration_no}），但执行情况中没有相应的填报。请学校补报该年度执行情况；不是本校考生的，请向平台更正考核记录。
-- message x: 本批次没有收到{missing}，无法判定考核记录与执行情况是否对应。请补充{missing}后重新处理。
--
-- fires - | a level that is not reported | assessment#5 等级=中级
-- fires - 2 | a row that is not reported: one per group | -performance#1 ; assessment#2 等级=高级
-- fires - | four records of a group: one finding | -performance#1
-- fires - | another calendar year: the last day of 2019 | assessment#5 考核日期=2019-12-31
-- fires - | another calendar year: the first day of 2021 | assessment#5 考核日期=2021-01-01
-- fires - | another school | assessment#5 学校标识码=4299990003
-- fires - | another certificate | assessment#5 证书名称=健康照护服务
-- fires - | an absentee is a record too | assessment#4 等级=高级
-- fires - | the leap day | assessment#5 考核日期=2016-02-29
-- fires - | performance of another year | performance#2 年度=2019
-- fires x | no performance: one note for the batch | -performance
-- fires x | no assessment records: one note for the batch | -assessment
-- fires x | neither of them: one note for the batch | -assessment ; -performance
-- passes | the first day of the year | assessment#5 考核日期=2020-01-01
-- passes | the last day of the year, a leap year | assessment#5 考核日期=2020-12-31
-- passes | the name under another spelling | assessment#5 证书名称=建筑信息模型 ; assessment 证书名称=数据采集处理
-- passes | the issuer is no part of the unit | assessment#5 培训评价组织=
-- passes | performance without records is R48's | +performance 年度=2019
-- passes | an unreadable level: no group | assessment#5 等级=特级
-- passes | an unreadable school: no group | assessment#5 学校标识码=4.29999E+09
-- passes | an unreadable certificate: no group | assessment#5 证书名称=#N/A
WITH
reported AS MATERIALIZED (
  SELECT DISTINCT p.school_code, r.unit, p.level, p.year
  FROM performance p JOIN certificate_ref r ON r.id = p.certificate_ref
),
crowd AS MATERIALIZED (
  SELECT c.school_code, c.level, c.year, min(c.first) AS id, sum(c.records) AS records
  FROM assessment_group c JOIN certificate_ref r ON r.id = c.certificate_ref
  LEFT JOIN reported p ON p.school_code = c.school_code AND p.unit = r.unit AND p.level = c.level AND p.year = c.year
  WHERE r.unit IS NOT NULL AND p.unit IS NULL
  GROUP BY c.school_code, r.unit, c.level, c.year
)
SELECT g.id, g.level, g.year, g.records, a.registration_no, t.text AS certificate_name,
       coalesce(n.text || '（' || printf('%010d', g.school_code) || '）', printf('学校 %010d ', g.school_code)) AS school
FROM crowd g
JOIN assessment a ON a.id = g.id
JOIN certificate_ref r ON r.id = a.certificate_ref
JOIN term t ON t.id = r.certificate_name
LEFT JOIN school_path p ON p.school_code = g.school_code
LEFT JOIN school s ON s.id = p.school_id
LEFT JOIN term n ON n.id = s.school_name;
