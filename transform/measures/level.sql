-- measure: level
-- title: 证书等级
-- unit: 百分之一
-- basis: 本批次核定人数乘以等级系数之和（预测算：建议通过的按申报人数计入）
-- reads: granted scenario_level
SELECT g.school_code,
       SUM((g.approved_heads
           + CASE :basis WHEN 'provisional' THEN g.recommended_heads ELSE 0 END)
           * l.coefficient_hundredths) AS x
FROM granted g
JOIN scenario_level l ON l.scenario = :scenario AND l.level = g.level
GROUP BY g.school_code
