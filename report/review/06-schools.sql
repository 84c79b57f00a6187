-- sheet: 院校统计
-- title: {batch}批次院校统计
-- freeze: 3
-- column: 序号 | count | 6 | center
-- column: 学校标识码 | code | 12
-- column: 学校名称 | text | 26
-- column: 学校类型 | text | 11 | center
-- column: 审核单位 | text | 13
-- column: 申报条数 | count | 8 | sum
-- column: 通过 | count | 7 | sum
-- column: 建议通过 | count | 7 | sum
-- column: 待研判 | count | 7 | sum
-- column: 退回 | count | 7 | sum
-- column: 不符合 | count | 7 | sum
-- column: 证书数 | count | 7
-- column: 申报 | count | 9 | sum
-- column: 初审 | count | 9 | sum
-- column: 核定 | count | 9 | sum
-- column: 核定初级 | count | 8 | sum
-- column: 核定中级 | count | 8 | sum
-- column: 核定高级 | count | 8 | sum
-- column: 核定率 | percent | 8 | = IF([申报]=0,0,[核定]/[申报])
-- empty: 本批次没有申报
-- note: 核定率＝核定人数÷申报人数。证书数按院校分别统计，不能相加。
SELECT row_number() OVER (ORDER BY c.school_code = '', c.school_code), nullif(c.school_code, ''),
       coalesce(nullif(c.school_name, ''), '（学校标识码无法识别）'), coalesce(nullif(c.school_kind, ''), '（名录外）'),
       coalesce(nullif(g.unit_name, ''), '（名录外）'), c.applications, c.approved_applications, c.recommended, c.under_review,
       c.returned, c.rejected, c.certificates, c.declared, c.first_review, c.approved, c.approved_junior,
       c.approved_intermediate, c.approved_senior, iif(c.declared = 0, 0.0, 1.0 * c.approved / nullif(c.declared, 0))
FROM school_count c
LEFT JOIN region_count g ON g.reviewing_unit = c.reviewing_unit
ORDER BY c.school_code = '', c.school_code;
