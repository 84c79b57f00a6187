-- view: concluded
-- title: 结论
-- scan: application
-- reads: outcome
--
-- Outcomes by the numbers of `counted`, from their table alone: what the counts are checked against.
SELECT application,
       CASE outcome WHEN '建议通过' THEN 2 WHEN '通过' THEN 1 WHEN '待研判' THEN 3 WHEN '退回' THEN 4
            WHEN '不符合' THEN 5 END AS outcome,
       declared, first_review, approved
FROM outcome
