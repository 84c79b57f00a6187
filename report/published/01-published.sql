-- sheet: 审核结果
-- title: 湖北省{words}1+X证书制度试点审核结果
-- intro: 依据：{document}　　审核通过{lines}项，核定{heads}人
-- column: 序号 | count | 7 | center
-- column: 区域 | text | 14 | center
-- column: 试点院校名称 | text | 34
-- column: 证书名称 | text | 36
-- column: 等级 | text | 8 | center
-- column: 专业 | text | 34
-- column: 核定人数 | count | 11 | sum
-- empty: 本批次尚无审核通过的申报
WITH named AS (SELECT r.certificate, min(r.certificate_name) AS name
  FROM certificate k JOIN certificate_ref r ON r.id = k.certificate_ref
  GROUP BY r.certificate)
SELECT row_number() OVER (ORDER BY s.location_region, a.school_code, c.certificate, a.level, m.base_code, a.id),
       rn.text, coalesce(sn.text, an.text), coalesce(kn.text, cn.text),
       CASE a.level WHEN 1 THEN '初级' WHEN 2 THEN '中级' WHEN 3 THEN '高级' END,
       mn.text || '（' || m.major_code || '）', o.approved
FROM outcome o
JOIN application a ON a.id = o.application
LEFT JOIN school_path p ON p.school_code = a.school_code
LEFT JOIN school s ON s.id = p.school_id
LEFT JOIN term sn ON sn.id = s.school_name
LEFT JOIN term an ON an.id = a.school_name
LEFT JOIN region g ON g.region_code = s.location_region
LEFT JOIN term rn ON rn.id = g.region_name
LEFT JOIN certificate_ref c ON c.id = a.certificate_ref
LEFT JOIN named ON named.certificate = c.certificate
LEFT JOIN term kn ON kn.id = named.name
LEFT JOIN term cn ON cn.id = c.certificate_name
LEFT JOIN major_ref m ON m.id = a.major_ref
LEFT JOIN term mn ON mn.id = m.major_name
WHERE o.outcome = '通过'
ORDER BY s.location_region, a.school_code, c.certificate, a.level, m.base_code, a.id;
