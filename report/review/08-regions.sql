-- sheet: 市州统计
-- title: {batch}批次市州统计
-- column: 序号 | count | 6 | center
-- column: 单位代码 | code | 10 | center
-- column: 审核单位 | text | 20
-- column: 院校数 | count | 9 | sum
-- column: 申报条数 | count | 9 | sum
-- column: 通过 | count | 9 | sum
-- column: 建议通过 | count | 9 | sum
-- column: 待研判 | count | 9 | sum
-- column: 退回 | count | 9 | sum
-- column: 不符合 | count | 9 | sum
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
-- column: 核定率 | percent | 9 | = IF([申报]=0,0,[核定]/[申报])
-- empty: 本批次没有申报
-- note: 市州只统计由其初审的中职学校；其余学校直接报省教育厅审核，列在“省直报”。
SELECT row_number() OVER (ORDER BY reviewing_unit = '', reviewing_unit <> 'province', reviewing_unit),
       iif(reviewing_unit IN ('province', ''), '—', reviewing_unit), coalesce(nullif(unit_name, ''), '（名录外学校）'), schools,
       applications, approved_applications, recommended, under_review, returned, rejected, declared, first_review,
       approved, iif(declared = 0, 0.0, 1.0 * approved / nullif(declared, 0))
FROM region_count
ORDER BY reviewing_unit = '', reviewing_unit <> 'province', reviewing_unit;
