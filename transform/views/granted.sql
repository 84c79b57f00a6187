-- view: granted
-- title: 列入试点的人数
-- after: counted
-- reads: counted
--
-- Per school and level, what each basis takes as granted: final (核定) the
-- approved numbers; provisional (预测算) the declared numbers of 建议通过 besides.
-- What was carried over is inside the declared numbers and is not added again.
SELECT school_code, level,
       SUM(approved_application) AS final_applications,
       SUM(approved_application * approved) AS final_heads,
       SUM(approved_application + recommended) AS provisional_applications,
       SUM(approved_application * approved + recommended * declared) AS provisional_heads
FROM counted
WHERE school_code IS NOT NULL AND (approved_application OR recommended)
GROUP BY school_code, level
