-- check: outcomes
-- title: 五种结论与等级之和
-- reads: outcome_tally school_count region_count
WITH whole AS MATERIALIZED (SELECT COALESCE(SUM(approved), 0) AS approved FROM outcome_tally)
SELECT '五种结论之和' AS title, '建议通过＋通过＋退回＋不符合＋待研判' AS left_name,
       (SELECT COALESCE(SUM(recommended + approved_applications + returned + rejected + under_review), 0)
        FROM school_count) AS left_value,
       '申报条数' AS right_name, (SELECT COALESCE(SUM(applications), 0) FROM school_count) AS right_value
UNION ALL
SELECT '院校统计：核定人数按等级', '初级＋中级＋高级',
       (SELECT COALESCE(SUM(approved_junior + approved_intermediate + approved_senior), 0) FROM school_count),
       '核定人数', (SELECT approved FROM whole)
UNION ALL
SELECT '市州统计：核定人数按等级', '初级＋中级＋高级',
       (SELECT COALESCE(SUM(approved_junior + approved_intermediate + approved_senior), 0) FROM region_count),
       '核定人数', (SELECT approved FROM whole)
UNION ALL
SELECT '市州统计：学校数', '各行之和', (SELECT COALESCE(SUM(schools), 0) FROM region_count),
       '院校统计行数', (SELECT COUNT(*) FROM school_count)
