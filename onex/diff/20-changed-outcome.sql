-- table: changed_outcome
-- index: school_code
-- Applications whose outcome or numbers differ, with what changed about each.
WITH state AS (
  SELECT p.application_no, p.n, p.before_id, p.after_id,
         coalesce(b.school_code, a.school_code) AS school_code,
         x.outcome AS outcome_before, y.outcome AS outcome_after,
         x.declared AS declared_before, y.declared AS declared_after,
         x.first_review AS first_review_before, y.first_review AS first_review_after,
         x.approved AS approved_before, y.approved AS approved_after,
         d.decision AS decision_before, e.decision AS decision_after
  FROM temp.pair p
  LEFT JOIN main.application b ON b.id = p.before_id
  LEFT JOIN other.application a ON a.id = p.after_id
  LEFT JOIN main.outcome x ON x.application = p.before_id
  LEFT JOIN other.outcome y ON y.application = p.after_id
  LEFT JOIN main.decision d ON d.id = x.decision
  LEFT JOIN other.decision e ON e.id = y.decision)
SELECT s.application_no, s.n, s.school_code, s.outcome_before, s.outcome_after, s.declared_before, s.declared_after,
       s.first_review_before, s.first_review_after, s.approved_before, s.approved_after,
       CASE WHEN s.before_id IS NULL THEN '申报新增' WHEN s.after_id IS NULL THEN '申报删除'
            ELSE (SELECT group_concat(word, '；') FROM (
              SELECT '字段“' || c.field || '”：' || coalesce(c.before, '空') || ' → ' || coalesce(c.after, '空') AS word
              FROM temp.changed_field c WHERE c.application_no = s.application_no AND c.n = s.n AND c.change = '修改'
              UNION ALL
              SELECT f.change || '问题 ' || f.rule || f.rule_case FROM temp.changed_finding f
              WHERE f.application_no = s.application_no
              UNION ALL
              SELECT '审核决定：' || CASE coalesce(s.decision_before, 0) WHEN 1 THEN '通过' WHEN 2 THEN '退回' WHEN 3 THEN '不通过'
                       WHEN 4 THEN '豁免' ELSE '无' END
                     || ' → ' || CASE coalesce(s.decision_after, 0) WHEN 1 THEN '通过' WHEN 2 THEN '退回' WHEN 3 THEN '不通过'
                       WHEN 4 THEN '豁免' ELSE '无' END
              WHERE s.decision_before IS NOT s.decision_after
              UNION ALL
              SELECT '初审人数有变化' WHERE s.first_review_before IS NOT s.first_review_after)) END AS cause
FROM state s
WHERE s.outcome_before IS NOT s.outcome_after OR s.declared_before IS NOT s.declared_after
   OR s.first_review_before IS NOT s.first_review_after OR s.approved_before IS NOT s.approved_after
ORDER BY s.application_no, s.n;
