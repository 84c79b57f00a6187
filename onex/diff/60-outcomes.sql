-- title: 结论和三个人数
-- column: 申报编号 | text | 20
-- column: 学校标识码 | text | 13
-- column: 原结论 | text | 10
-- column: 现结论 | text | 10
-- column: 原申报 | count | 9
-- column: 现申报 | count | 9
-- column: 原初审 | count | 9
-- column: 现初审 | count | 9
-- column: 原核定 | count | 9
-- column: 现核定 | count | 9
-- column: 原因 | text | 60
SELECT application_no, iif(school_code IS NULL, NULL, printf('%010d', school_code)) AS school_code,
       outcome_before, outcome_after, declared_before, declared_after, first_review_before, first_review_after,
       approved_before, approved_after, cause
FROM temp.changed_outcome ORDER BY application_no, n;
