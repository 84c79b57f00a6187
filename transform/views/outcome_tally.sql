-- view: outcome_tally
-- title: 按结论汇总
-- kept: tally
-- after: concluded
-- reads: concluded
SELECT outcome, COUNT(*) AS applications, SUM(declared) AS declared, SUM(first_review) AS first_review,
       SUM(approved) AS approved
FROM concluded
GROUP BY outcome
