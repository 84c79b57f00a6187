-- measure: scale
-- title: 试点规模
-- unit: 人
-- basis: 本批次核定人数之和（预测算：建议通过的按申报人数计入）
-- reads: granted
SELECT school_code,
       SUM(approved_heads
           + CASE :basis WHEN 'provisional' THEN recommended_heads ELSE 0 END) AS x
FROM granted
GROUP BY school_code
