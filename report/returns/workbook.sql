-- file: returns/x.xlsx
-- title: {batch}批次1+X证书制度试点审核结果
SELECT count(*) AS lines, coalesce(sum(approved), 0) AS heads,
       (SELECT year || '年第' || substr('一二三四五六七八九十', number, 1) || '批' FROM batch) AS words
FROM outcome WHERE outcome = '通过';
