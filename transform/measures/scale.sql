-- measure: scale
-- title: 试点规模
-- unit: 人
-- basis: 本批次核定人数之和（预测算：建议通过的按申报人数计入）
-- reads: granted
SELECT school_code,
       SUM(CASE :basis WHEN 'final' THEN final_heads ELSE provisional_heads END) AS x
FROM granted
GROUP BY school_code
