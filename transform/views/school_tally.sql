-- view: school_tally
-- title: 按学校汇总
-- kept: tally
-- after: counted
-- reads: counted
SELECT school_code, MIN(named_application) AS first_named, COUNT(*) AS applications,
       COUNT(*) FILTER (WHERE outcome = 2) AS recommended,
       COUNT(*) FILTER (WHERE outcome = 1) AS approved_applications,
       COUNT(*) FILTER (WHERE outcome = 4) AS returned,
       COUNT(*) FILTER (WHERE outcome = 5) AS rejected,
       COUNT(*) FILTER (WHERE outcome = 3) AS under_review,
       COUNT(DISTINCT certificate_key) AS certificates,
       SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved,
       SUM(approved) FILTER (WHERE level = 1) AS approved_junior,
       SUM(approved) FILTER (WHERE level = 2) AS approved_intermediate,
       SUM(approved) FILTER (WHERE level = 3) AS approved_senior,
       SUM(declared) FILTER (WHERE outcome = 2 AND level = 1) AS recommended_junior,
       SUM(declared) FILTER (WHERE outcome = 2 AND level = 2) AS recommended_intermediate,
       SUM(declared) FILTER (WHERE outcome = 2 AND level = 3) AS recommended_senior
FROM counted
GROUP BY school_code
