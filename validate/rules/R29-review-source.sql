-- rule: R29
-- title: 初审记录无法对应
-- clause: 四.2
-- sentence: 各市（州）教育局根据本地中职学校申报意向、办学实际条件，统筹确定试点学校、专业、证书和试点规模，对所属中等职业学校的试点申报进行初审，报省教育厅备案。
-- subject: city_review
-- reads: city_review reviewed_application application dataset region
-- needs: partly region
-- severity: review
-- allowed: 市州名单中的初审单位；本批次已有的申报编号
-- message: 该初审记录{reason}。请初审单位核对后重新报送；无法核实的，由审核人研判。
-- message x: 缺少{missing}，无法判定初审单位是否为市州教育局。请补充后重新处理。
--
-- fires - | a unit that is no city or prefecture | city_review 初审单位=420102
-- fires - | an application that does not exist | +city_review 申报编号=SB999
-- fires - | both at once: one finding | +city_review 申报编号=SB999, 初审单位=420102
-- fires x | no list of units | -region
-- fires - x | no list of units, but an application that does not exist | -region ; +city_review 申报编号=SB999
-- passes | a city under the province | +city_review 初审单位=429004
-- passes | 神农架林区 | +city_review 初审单位=429021
-- passes | a number on two applications does exist | +application#2 备注=x
-- passes | no reviews at all | -city_review
SELECT id, CASE WHEN is_unit THEN 'application_no' ELSE 'reviewing_unit' END AS field,
       CASE WHEN is_unit THEN '' ELSE '的初审单位 ' || printf('%06d', reviewing_unit) || ' 不是市州名单中的单位' END
       || CASE WHEN is_unit OR is_known THEN '' ELSE '，且' END
       || CASE WHEN is_known THEN '' ELSE '的申报编号 ' || application_no || ' 不在本批次申报中' END AS reason
FROM (
  SELECT r.*, NOT (SELECT present FROM dataset WHERE name = 'region')
           OR coalesce(r.reviewing_unit IN (SELECT region_code FROM region), 0) AS is_unit,
         CASE WHEN v.review IS NOT NULL THEN 1
              ELSE EXISTS (SELECT 1 FROM application a WHERE a.application_no = r.application_no) END AS is_known
  FROM city_review r LEFT JOIN reviewed_application v ON v.review = r.id)
WHERE NOT (is_unit AND is_known);
