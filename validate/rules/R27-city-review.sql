-- rule: R27
-- title: 市州初审结论
-- clause: 四.2
-- sentence: 各市（州）教育局根据本地中职学校申报意向、办学实际条件，统筹确定试点学校、专业、证书和试点规模，对所属中等职业学校的试点申报进行初审，报省教育厅备案。
-- subject: application
-- reads: application ambiguous_application school_path school review_of city_review decision decision_state region term
-- needs: school
-- case a: return
-- case b: reject
-- case c: review
-- field: application_no
-- field c: declared
-- understood a: {understood}
-- understood b: 初审结论：不同意（{review_date:day}）
-- understood c: 申报 {declared} 人，初审 {reviewed} 人{approved_words}
-- allowed a: {unit_name}初审同意
-- allowed b: {unit_name}初审同意
-- allowed c: 核定人数不超过初审人数，初审人数不超过拟考证人数
-- message a: {reason}请学校联系{unit_name}教育行政部门完成初审后再申报。
-- message b: {reviewer_name}于 {review_date:day} 初审不同意该申报，不符合条件。如有异议，请学校与初审单位联系。
-- message c: {reason}请核对三个人数；确需如此的，由审核人写明理由。
-- message x: 缺少{missing}，无法判定申报学校是否须经市州初审。请补充后重新处理。
--
-- fires a | no review of this application | -city_review#1
-- fires a | no file of reviews | -city_review
-- fires a | returned by the city | city_review 初审结论=退回
-- fires a | agreed to, then returned | +city_review 初审单位=429004, 初审结论=退回, 初审日期=2021-05-27
-- fires a | on the same day the later record counts | +city_review 初审单位=429004, 初审结论=退回
-- fires a | the notice puts schools of the province on the city path | notice reviewPaths/secondarySchool[1]/@path=city
-- fires b | refused | city_review 初审结论=不同意
-- fires b | refused by another unit | +city_review 初审单位=429004, 初审结论=不同意, 初审日期=2021-05-27
-- fires c | reviewed more than declared | city_review 初审人数=61
-- fires c | approved more than reviewed | city_review 初审人数=50 ; decision 申报编号=SB002, 核定人数=51
-- fires c | approved without a number, reviewed fewer than declared | city_review 初审人数=50 ; decision 申报编号=SB002
-- fires c | the review leaves the number blank: the declared one | city_review 初审人数= ; decision 申报编号=SB002, 核定人数=61
-- fires a 2 | a number on two applications: no review attaches | +application#2 备注=x
-- fires b | refused, though the date cannot be read | city_review 初审结论=不同意, 初审日期=待定
-- fires a | returned, though the date is empty | city_review 初审结论=退回, 初审日期=
-- fires x | no registry | -school
-- passes | equal numbers | decision 申报编号=SB002, 核定人数=60
-- passes | fewer at each step | city_review 初审人数=50 ; decision 申报编号=SB002, 核定人数=49
-- passes | returned, then agreed to | city_review 初审结论=退回 ; +city_review 初审单位=429004, 初审结论=同意, 初审日期=2021-05-27
-- passes | a secondary school that reports to the province |
-- passes | reviewed by another unit than its own | city_review 初审单位=420100
-- passes | agreed to on a known day, refused on an unknown one: the dated one is the latest | +city_review 初审单位=420500, 初审结论=不同意, 初审日期=待定
-- passes | the conclusion cannot be read | city_review 初审结论=待定
-- passes | the number cannot be read | city_review 初审人数=六十
-- passes | a decision to return approves no number | city_review 初审人数=50 ; decision 申报编号=SB002, 决定=退回
WITH approval AS MATERIALIZED ( -- 核定: the number of the whole 通过 that counts, blank: the declared one
  SELECT s.application, d.approved_number
  FROM decision_state s JOIN decision d ON d.id = s.decision
  WHERE s.state = 'valid' AND d.rule IS NULL AND d.decision = 1
),
doubtful AS MATERIALIZED ( -- all but those that the city agreed to as declared or fewer
  SELECT a.id, p.unit, o.latest
  FROM school_path p
  CROSS JOIN school s ON s.id = p.school_id
  CROSS JOIN application a ON a.school_code = p.school_code
  LEFT JOIN review_of o ON o.application = a.id
  LEFT JOIN city_review r ON r.id = o.latest
  WHERE p.path = 'city' AND s.affiliation IS NOT NULL
    AND (o.latest IS NULL OR r.conclusion <> 1 OR r.reviewed_number > a.declared
         OR a.id IN (SELECT application FROM approval))
),
judged AS MATERIALIZED (
  SELECT a.id, a.declared, f.latest, r.conclusion, r.review_date, r.reviewing_unit,
         CASE WHEN NOT r.reviewed_number_unknown THEN coalesce(r.reviewed_number, a.declared) END AS reviewed,
         coalesce(coalesce((SELECT t.text FROM region g JOIN term t ON t.id = g.region_name WHERE g.region_code = f.unit ORDER BY g.id LIMIT 1), printf('%06d', f.unit)), '主管市州') AS unit_name,
         EXISTS (SELECT 1 FROM ambiguous_application x WHERE x.application_no = a.application_no) AS is_ambiguous
  FROM doubtful f
  CROSS JOIN application a ON a.id = f.id
  LEFT JOIN city_review r ON r.id = f.latest
)
SELECT 'a' AS rule_case, id, unit_name, review_date, NULL AS reviewer_name, declared, reviewed, NULL AS approved_words,
       CASE WHEN latest IS NULL THEN '没有市州初审' ELSE '初审结论：退回' END AS understood,
       CASE WHEN latest IS NOT NULL THEN '市州初审的最后结论是退回。'
            WHEN is_ambiguous THEN '申报编号重复，市州初审无法对应到这条申报。'
            ELSE '没有找到这条申报的市州初审记录。' END AS reason
FROM judged
WHERE conclusion = 2
   OR latest IS NULL
UNION ALL
SELECT 'b', id, unit_name, review_date, coalesce((SELECT t.text FROM region g JOIN term t ON t.id = g.region_name WHERE g.region_code = reviewing_unit ORDER BY g.id LIMIT 1), printf('%06d', reviewing_unit)), declared, reviewed, NULL, NULL, NULL
FROM judged
WHERE conclusion = 3
UNION ALL
SELECT 'c', j.id, j.unit_name, j.review_date, NULL, j.declared, j.reviewed,
       CASE WHEN v.application IS NOT NULL THEN '，核定 ' || coalesce(v.approved_number, j.declared) || ' 人' END, NULL,
       CASE WHEN j.reviewed > j.declared THEN '初审 ' || j.reviewed || ' 人，超过学校申报的 ' || j.declared || ' 人。' ELSE '' END
       || CASE WHEN coalesce(v.approved_number, j.declared) > j.reviewed AND v.application IS NOT NULL
               THEN '核定 ' || coalesce(v.approved_number, j.declared) || ' 人，超过初审的 ' || j.reviewed || ' 人。' ELSE '' END
FROM judged j
LEFT JOIN approval v ON v.application = j.id
WHERE j.reviewed > j.declared
   OR v.application IS NOT NULL AND coalesce(v.approved_number, j.declared) > j.reviewed;
