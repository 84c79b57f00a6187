-- rule: R06
-- title: 初审单位不是主管市州
-- clause: 三.1 四.2
-- sentence: 各市州教育局负责统筹管理本市州中等职业学校试点推进工作。
-- sentence: 各市（州）教育局根据本地中职学校申报意向、办学实际条件，统筹确定试点学校、专业、证书和试点规模，对所属中等职业学校的试点申报进行初审，报省教育厅备案。
-- subject: city_review
-- reads: city_review reviewed_application school_path school region term
-- needs: school
-- severity: review
-- field: reviewing_unit
-- understood: {unit_name}
-- allowed: {wanted_name}（学校的主管市州）
-- message: 该校主管市州是{wanted_name}，初审却由{unit_name}作出。请核实应由哪个市州教育局初审；确属代管或委托的，请审核人写明理由。
-- message x: 缺少{missing}，无法判定初审单位是否为学校的主管市州。请补充后重新处理。
--
-- fires - | another bureau than the school's | city_review 初审单位=420100
-- fires - | the bureau where the school stands is not the one that runs it | school#2 所在市州=420100 ; city_review 初审单位=420100
-- fires - | a college run by a city, reviewed by another | school#1 隶属=市州属, 主管市州=420100 ; +city_review 申报编号=SB001
-- fires - | one of two reviews | +city_review 初审单位=429004
-- fires x | no registry | -school
-- passes | the school's own bureau, standing elsewhere | school#2 所在市州=429021
-- passes | a school without 主管市州 | +city_review 初审单位=429021, 申报编号=SB003
-- passes | the number stands on two applications | city_review 初审单位=420100 ; +application#2 申报编号=SB002, 备注=x
-- passes | the unit cannot be read | city_review 初审单位=42O1OO
WITH wanted AS MATERIALIZED ( -- a school and its 主管市州 in one number
  SELECT p.school_code * 1000000 + s.reviewing_region AS pair
  FROM school_path p JOIN school s ON s.id = p.school_id
  WHERE s.reviewing_region IS NOT NULL
)
SELECT r.id, coalesce((SELECT t.text FROM region g JOIN term t ON t.id = g.region_name WHERE g.region_code = r.reviewing_unit ORDER BY g.id LIMIT 1), printf('%06d', r.reviewing_unit)) AS unit_name,
       coalesce((SELECT t.text FROM region g JOIN term t ON t.id = g.region_name WHERE g.region_code = s.reviewing_region ORDER BY g.id LIMIT 1), printf('%06d', s.reviewing_region)) AS wanted_name
FROM reviewed_application v
CROSS JOIN city_review r ON r.id = v.review
JOIN school_path p ON p.school_code = v.school_code
JOIN school s ON s.id = p.school_id
WHERE v.school_code * 1000000 + r.reviewing_unit NOT IN (SELECT pair FROM wanted)
  AND r.reviewing_unit <> s.reviewing_region;
