-- sheet: 申报结论
-- title: {batch}批次试点申报审核结论（{unit_name}）
-- freeze: 3
-- column: 序号 | count | 6 | center
-- column: 学校名称 | text | 26
-- column: 申报编号 | code | 18
-- column: 证书名称 | text | 28
-- column: 等级 | text | 7 | center
-- column: 专业代码 | code | 10
-- column: 专业名称 | text | 20
-- column: 结论 | state | 11
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
-- empty: 没有申报
-- note: 申报、初审、核定均为人数。“建议通过”“待研判”不是最终结论，以省教育厅审核结果为准。
SELECT row_number() OVER (ORDER BY a.school_code, a.application_no, a.id), sn.text, a.application_no, cn.text,
       CASE a.level WHEN 1 THEN '初级' WHEN 2 THEN '中级' WHEN 3 THEN '高级' END, m.major_code, mn.text,
       o.outcome, o.declared, o.first_review, o.approved
FROM (SELECT a.id FROM school_path sp CROSS JOIN application a ON a.school_code = sp.school_code
      WHERE iif(sp.unit IS NULL, 'province', printf('%06d', sp.unit)) = :unit
      UNION ALL
      SELECT a.id FROM application a
      WHERE :unit = 'province'
        AND (a.school_code IS NULL OR a.school_code NOT IN (SELECT school_code FROM school_path))) own
CROSS JOIN application a ON a.id = own.id
JOIN outcome o ON o.application = a.id
LEFT JOIN term sn ON sn.id = a.school_name
LEFT JOIN certificate_ref c ON c.id = a.certificate_ref
LEFT JOIN term cn ON cn.id = c.certificate_name
LEFT JOIN major_ref m ON m.id = a.major_ref
LEFT JOIN term mn ON mn.id = m.major_name
ORDER BY a.school_code, a.application_no, a.id;
