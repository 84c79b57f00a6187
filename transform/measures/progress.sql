-- measure: progress
-- title: 试点推进情况
-- unit: 百万分之一
-- basis: 本年度以前考核人数之和除以获批人数之和，最高为 1，舍去百万分之一以下；没有获批人数的取方案规定的新增学校数值
-- needs: performance|assessment
-- reads: history granted scenario
--
-- The quotient is taken in two steps of a thousand, so that no product leaves
-- 64 bits.
SELECT g.school_code,
       CASE WHEN COALESCE(h.approved_before, 0) = 0 THEN s.newcomer_ppm
            WHEN h.examined >= h.approved_before THEN 1000000
            ELSE h.examined * 1000 / h.approved_before * 1000
                 + h.examined * 1000 % h.approved_before * 1000 / h.approved_before
       END AS x
FROM (SELECT DISTINCT school_code FROM granted) g
JOIN scenario s ON s.id = :scenario
LEFT JOIN history h ON h.school_code = g.school_code
