-- rule: R18
-- title: 有考核记录而无执行情况
-- clause: general
-- subject: assessment
-- reads: assessment certificate_ref enumeration performance school school_path term
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
reported AS MATERIALIZED ( -- the days of each reported year; 719162 days lie before 1970
  SELECT DISTINCT p.school_code, r.unit, p.level,
         (p.year - 1) * 365 + (p.year - 1) / 4 - (p.year - 1) / 100 + (p.year - 1) / 400 - 719162 AS first_day,
         p.year * 365 + p.year / 4 - p.year / 100 + p.year / 400 - 719163 AS last_day
  FROM performance p JOIN certificate_ref r ON r.id = p.certificate_ref
  WHERE p.school_code IS NOT NULL AND r.unit IS NOT NULL AND p.level IS NOT NULL AND p.year IS NOT NULL
),
missing AS MATERIALIZED (
  SELECT a.id, a.school_code, r.unit, a.level, a.exam_date
  FROM assessment a
  CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
  LEFT JOIN reported p ON p.school_code = a.school_code AND p.unit = r.unit AND p.level = a.level
                      AND a.exam_date BETWEEN p.first_day AND p.last_day
  WHERE p.unit IS NULL
    AND a.school_code IS NOT NULL AND r.unit IS NOT NULL AND a.level IS NOT NULL AND a.exam_date IS NOT NULL
),
dated AS MATERIALIZED ( -- the year of a day: by the average year, then set right at the turn of the year
  SELECT exam_date,
         year + (exam_date > year * 365 + year / 4 - year / 100 + year / 400 - 719163)
              - (exam_date < (year - 1) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 719162) AS year
  FROM (SELECT exam_date, 400 * (exam_date + 719162) / 146097 + 1 AS year
        FROM (SELECT DISTINCT exam_date FROM missing))
),
crowd AS MATERIALIZED (
  SELECT m.school_code, m.unit, m.level, y.year, min(m.id) AS id, count(*) AS records
  FROM missing m JOIN dated y ON y.exam_date = m.exam_date
  GROUP BY m.school_code, m.unit, m.level, y.year
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
