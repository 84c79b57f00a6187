-- view: reported
-- title: 往年执行情况
-- scan: performance
-- reads: batch performance assessment
--
-- What the schools report of the years before the batch's. 考核人数 counts only where the
-- batch has no assessment records at all.
SELECT id AS performance, school_code, COALESCE(trained, 0) AS trained,
       CASE WHEN EXISTS(SELECT 1 FROM assessment) THEN 0 ELSE COALESCE(examined, 0) END AS examined
FROM performance
WHERE school_code IS NOT NULL AND year < (SELECT year FROM batch)
