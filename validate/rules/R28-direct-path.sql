-- rule: R28
-- title: 直报中职有市州初审
-- clause: 四.2
-- sentence: 各市（州）教育局根据本地中职学校申报意向、办学实际条件，统筹确定试点学校、专业、证书和试点规模，对所属中等职业学校的试点申报进行初审，报省教育厅备案。
-- subject: city_review
-- reads: reviewed_application school_path school
-- needs: school
-- severity: note
-- field: reviewing_unit
-- allowed: 省属、部委属中职直接报省教育厅
-- message: 申报学校是{affiliation}中等职业学校，本批次直接报省教育厅，不需市州初审。该初审记录仅供参考，不计入初审人数。
-- message x: 缺少{missing}，无法判定初审的中职是否直接报省教育厅。请补充后重新处理。
--
-- fires - | a school of the province | +city_review 申报编号=SB003, 初审单位=429004
-- fires - | a school of a ministry | school#4 隶属=部委属 ; +city_review 申报编号=SB003, 初审单位=429004
-- fires x | no registry | -school
-- passes | a school of a city |
-- passes | the notice puts schools of the province on the city path | notice reviewPaths/secondarySchool[1]/@path=city ; +city_review 申报编号=SB003, 初审单位=429004
-- passes | a college | +city_review 申报编号=SB001, 初审单位=420100
-- passes | the affiliation cannot be read | school#4 隶属=民办 ; +city_review 申报编号=SB003, 初审单位=429004
SELECT v.review AS id, CASE s.affiliation WHEN 1 THEN '省属' ELSE '部委属' END AS affiliation
FROM reviewed_application v
JOIN school_path p ON p.school_code = v.school_code
JOIN school s ON s.id = p.school_id
WHERE p.school_kind = 3 AND p.path = 'direct' AND s.affiliation IS NOT NULL;
