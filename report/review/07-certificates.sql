-- sheet: 证书统计
-- title: {batch}批次证书统计
-- freeze: 3
-- column: 序号 | count | 6 | center
-- column: 证书代码 | code | 12
-- column: 证书名称 | text | 36
-- column: 证书批次 | text | 10 | center
-- column: 等级 | text | 7 | center
-- column: 院校数 | count | 8
-- column: 申报条数 | count | 9 | sum
-- column: 通过 | count | 8 | sum
-- column: 建议通过 | count | 8 | sum
-- column: 待研判 | count | 8 | sum
-- column: 退回 | count | 8 | sum
-- column: 不符合 | count | 8 | sum
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
-- empty: 本批次没有申报
-- note: 名录中没有的证书没有代码，名称为学校所填。院校数按证书和等级分别统计，不能相加。
SELECT row_number() OVER (ORDER BY certificate_code = '', certificate_code, certificate_name,
         CASE level WHEN '初级' THEN 1 WHEN '中级' THEN 2 WHEN '高级' THEN 3 END, level),
       nullif(certificate_code, ''), coalesce(nullif(certificate_name, ''), '（无法识别）'),
       iif(coalesce(release_batch, 0) = 0, '名录外', '第' || substr('一二三四五六七八九', release_batch, 1) || '批'), level,
       schools, applications, approved_applications, recommended, under_review, returned, rejected,
       declared, first_review, approved
FROM certificate_count
ORDER BY certificate_code = '', certificate_code, certificate_name,
         CASE level WHEN '初级' THEN 1 WHEN '中级' THEN 2 WHEN '高级' THEN 3 END, level;
