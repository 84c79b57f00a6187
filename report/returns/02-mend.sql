-- sheet: 须修改事项
-- title: {batch}批次试点申报须修改事项（{unit_name}）
-- intro: 按学校和申报编号排列。“处理要求”为退回修改的必须修改；“现填内容”为提交的原文，位置为所交文件中的行和列。
-- freeze: 3
-- column: 序号 | count | 6 | center
-- column: 学校名称 | text | 20
-- column: 申报编号 | code | 16
-- column: 证书名称 | text | 18
-- column: 等级 | text | 6 | center
-- column: 专业名称 | text | 14
-- column: 处理要求 | text | 11 | center
-- column: 规则 | code | 6 | center
-- column: 条款 | text | 8 | center
-- column: 问题与修改要求 | wrap | 54
-- column: 现填内容 | wrap | 16
-- column: 应为 | wrap | 20
-- column: 位置 | text | 24
-- empty: 没有须修改的事项
WITH own AS (
  SELECT a.id, a.application_no, a.school_code, a.school_name, a.certificate_ref, a.level, a.major_ref
  FROM school_path sp CROSS JOIN application a ON a.school_code = sp.school_code
  WHERE iif(sp.unit IS NULL, 'province', printf('%06d', sp.unit)) = :unit
  UNION ALL
  SELECT a.id, a.application_no, a.school_code, a.school_name, a.certificate_ref, a.level, a.major_ref
  FROM application a
  WHERE :unit = 'province'
    AND (a.school_code IS NULL OR a.school_code NOT IN (SELECT school_code FROM school_path)))
SELECT row_number() OVER (ORDER BY o.school_code, o.application_no, o.id,
         CASE f.weight WHEN 'reject' THEN 1 WHEN 'return' THEN 2 WHEN 'review' THEN 3 ELSE 4 END, f.id),
       sn.text, o.application_no, cn.text, CASE o.level WHEN 1 THEN '初级' WHEN 2 THEN '中级' WHEN 3 THEN '高级' END, mn.text,
       CASE f.weight WHEN 'reject' THEN '不符合条件' WHEN 'return' THEN '退回修改' WHEN 'review' THEN '请说明' ELSE '提示' END,
       f.rule, iif(f.clause = 'general', '通用', f.clause), f.message, f.raw, f.allowed,
       s.file || iif(s.sheet = '', '', '　' || s.sheet) || coalesce('　第' || f.row || '行', '') || coalesce('　' || f.place || '列', '')
FROM own o
CROSS JOIN finding f ON f.application_no = o.application_no AND (f.dataset <> 'application' OR f.row_id = o.id)
LEFT JOIN source s ON s.id = f.source
LEFT JOIN term sn ON sn.id = o.school_name
LEFT JOIN certificate_ref c ON c.id = o.certificate_ref
LEFT JOIN term cn ON cn.id = c.certificate_name
LEFT JOIN major_ref m ON m.id = o.major_ref
LEFT JOIN term mn ON mn.id = m.major_name
WHERE NOT f.settled AND f.rule_case <> 'x' AND f.dataset <> 'decision'
ORDER BY o.school_code, o.application_no, o.id,
         CASE f.weight WHEN 'reject' THEN 1 WHEN 'return' THEN 2 WHEN 'review' THEN 3 ELSE 4 END, f.id;
