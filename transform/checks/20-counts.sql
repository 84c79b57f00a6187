-- check: counts
-- title: 各统计表与全部申报
-- reads: outcome_tally school_count certificate_count region_count kind_count release_count major_count
WITH
cut AS (
  SELECT 1 AS cut, '院校统计' AS title, applications, declared, first_review, approved,
         recommended, approved_applications, returned, rejected, under_review FROM school_count
  UNION ALL SELECT 2, '证书统计', applications, declared, first_review, approved,
         recommended, approved_applications, returned, rejected, under_review FROM certificate_count
  UNION ALL SELECT 3, '市州统计', applications, declared, first_review, approved,
         recommended, approved_applications, returned, rejected, under_review FROM region_count
  UNION ALL SELECT 4, '学校类型统计', applications, declared, first_review, approved,
         recommended, approved_applications, returned, rejected, under_review FROM kind_count
  UNION ALL SELECT 5, '证书批次统计', applications, declared, first_review, approved,
         recommended, approved_applications, returned, rejected, under_review FROM release_count
  UNION ALL SELECT 6, '专业统计', applications, declared, first_review, approved,
         recommended, approved_applications, returned, rejected, under_review FROM major_count),
cuts(cut, title) AS (VALUES (1, '院校统计'), (2, '证书统计'), (3, '市州统计'), (4, '学校类型统计'), (5, '证书批次统计'), (6, '专业统计')),
summed AS (
  SELECT t.cut, t.title, COALESCE(SUM(applications), 0) AS applications, COALESCE(SUM(declared), 0) AS declared,
         COALESCE(SUM(first_review), 0) AS first_review, COALESCE(SUM(approved), 0) AS approved,
         COALESCE(SUM(recommended), 0) AS recommended, COALESCE(SUM(approved_applications), 0) AS approved_applications,
         COALESCE(SUM(returned), 0) AS returned, COALESCE(SUM(rejected), 0) AS rejected,
         COALESCE(SUM(under_review), 0) AS under_review
  FROM cuts t LEFT JOIN cut c ON c.cut = t.cut
  GROUP BY t.cut),
whole AS (
  SELECT COALESCE(SUM(applications), 0) AS applications, COALESCE(SUM(declared), 0) AS declared,
         COALESCE(SUM(first_review), 0) AS first_review, COALESCE(SUM(approved), 0) AS approved,
         COALESCE(SUM(applications) FILTER (WHERE outcome = 2), 0) AS recommended,
         COALESCE(SUM(applications) FILTER (WHERE outcome = 1), 0) AS approved_applications,
         COALESCE(SUM(applications) FILTER (WHERE outcome = 4), 0) AS returned,
         COALESCE(SUM(applications) FILTER (WHERE outcome = 5), 0) AS rejected,
         COALESCE(SUM(applications) FILTER (WHERE outcome = 3), 0) AS under_review
  FROM outcome_tally),
number(number, name) AS (VALUES (1, '申报条数'), (2, '申报人数'), (3, '初审人数'), (4, '核定人数'), (5, '建议通过条数'),
  (6, '通过条数'), (7, '退回条数'), (8, '不符合条数'), (9, '待研判条数'))
SELECT s.title || '：' || n.name AS title, '各行之和' AS left_name,
       CASE n.number WHEN 1 THEN s.applications WHEN 2 THEN s.declared WHEN 3 THEN s.first_review WHEN 4 THEN s.approved
            WHEN 5 THEN s.recommended WHEN 6 THEN s.approved_applications WHEN 7 THEN s.returned WHEN 8 THEN s.rejected
            ELSE s.under_review END AS left_value,
       '全部申报' AS right_name,
       CASE n.number WHEN 1 THEN w.applications WHEN 2 THEN w.declared WHEN 3 THEN w.first_review WHEN 4 THEN w.approved
            WHEN 5 THEN w.recommended WHEN 6 THEN w.approved_applications WHEN 7 THEN w.returned WHEN 8 THEN w.rejected
            ELSE w.under_review END AS right_value
FROM summed s, number n, whole w
ORDER BY s.cut, n.number
