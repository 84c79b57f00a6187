-- count: kind_count
-- title: 学校类型统计
-- after: school_count
-- reads: school_count
--
-- Empty: schools that the registry does not know.
SELECT school_kind, COUNT(*) AS schools, SUM(applications) AS applications,
       SUM(recommended) AS recommended, SUM(approved_applications) AS approved_applications,
       SUM(returned) AS returned, SUM(rejected) AS rejected, SUM(under_review) AS under_review,
       SUM(declared) AS declared, SUM(first_review) AS first_review, SUM(approved) AS approved
FROM school_count
GROUP BY school_kind
ORDER BY school_kind
