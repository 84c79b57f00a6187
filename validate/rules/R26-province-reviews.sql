-- rule: R26
-- title: 省审院校却有市州初审
-- clause: 四.2
-- sentence: 各高职高专院校和应用型本科高校报省教育厅审核。
-- subject: city_review
-- reads: reviewed_application school_path
-- needs: school
-- severity: review
-- field: reviewing_unit
-- allowed: 由省教育厅审核，不经市州初审
-- message: 申报学校是{school_kind:kind}，应直接报省教育厅审核，不经市州初审。请核实学校类型，并确认该初审记录是否误报。
-- message x: 缺少{missing}，无法判定初审的学校是否应直接报省教育厅。请补充后重新处理。
--
-- fires - | a college | +city_review 申报编号=SB001, 初审单位=420100
-- fires - | a college that a city runs | school#1 隶属=市州属, 主管市州=420100 ; +city_review 申报编号=SB001, 初审单位=420100
-- fires - | an undergraduate school | school#1 学校类型=应用型本科 ; +city_review 申报编号=SB001, 初审单位=420100
-- fires - | any other undergraduate school | school#1 学校类型=普通本科 ; +city_review 申报编号=SB001, 初审单位=420100
-- fires - | a vocational university | school#1 学校类型=职业本科 ; +city_review 申报编号=SB001, 初审单位=420100
-- fires - 2 | one per review | +city_review 申报编号=SB001, 初审单位=420100 ; +city_review 申报编号=SB001, 初审单位=420500
-- fires x | no registry | -school
-- passes | a secondary school of a city |
-- passes | a secondary school of the province | +city_review 申报编号=SB003, 初审单位=429004
-- passes | a technician school | school#1 学校类型=技工学校 ; +city_review 申报编号=SB001, 初审单位=420100
-- passes | a kind that cannot be read | school#1 学校类型=大专 ; +city_review 申报编号=SB001, 初审单位=420100
-- passes | the number stands on two applications | +city_review 申报编号=SB001, 初审单位=420100 ; +application#1 备注=x
SELECT v.review AS id, p.school_kind
FROM reviewed_application v
CROSS JOIN school_path p ON p.school_code = v.school_code
WHERE p.school_kind -- 高职高专, 职业本科, 应用型本科, 普通本科
      IN (1, 2, 4, 5);
