-- view: major_tally
-- title: 按专业汇总
-- kept: tally
-- after: counted
-- reads: counted
SELECT major, COUNT(DISTINCT school_key) AS schools, COUNT(*) AS applications,
       COUNT(*) FILTER (WHERE outcome = 2) AS recommended,
       COUNT(*) FILTER (WHERE outcome = 1) AS approved_applications,
       COUNT(*) FILTER (WHERE outcome = 4) AS returned,
       COUNT(*) FILTER (WHERE outcome = 5) AS rejected,
       COUNT(*) FILTER (WHERE outcome = 3) AS under_review,
       SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved
FROM counted
GROUP BY major
