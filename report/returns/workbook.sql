-- file: returns/{unit}.xlsx
-- title: {batch}批次1+X证书制度试点审核意见反馈（{unit_name}）
--
-- One workbook per reviewing unit with applications; schools whose unit is not known and those not in the
-- registry are answered by the province.
WITH unit(unit) AS (
  SELECT DISTINCT iif(reviewing_unit = '', 'province', reviewing_unit) FROM school_count
  UNION
  SELECT 'province')
SELECT u.unit,
       iif(u.unit = 'province', '省直报院校', coalesce(nullif(g.unit_name, ''), u.unit)) AS unit_name,
       iif(u.unit = 'province', '各直接报省教育厅审核的院校', coalesce(nullif(g.unit_name, ''), u.unit) || '教育局') AS addressee,
       coalesce(sum(c.applications), 0) AS applications,
       coalesce(sum(c.approved_applications), 0) || '条通过，' || coalesce(sum(c.recommended), 0) || '条建议通过，'
         || coalesce(sum(c.under_review), 0) || '条待研判，' || coalesce(sum(c.returned), 0) || '条退回修改，'
         || coalesce(sum(c.rejected), 0) || '条不符合条件' AS summary
FROM unit u
LEFT JOIN school_count c ON iif(c.reviewing_unit = '', 'province', c.reviewing_unit) = u.unit
LEFT JOIN region_count g ON g.reviewing_unit = u.unit
GROUP BY u.unit
ORDER BY u.unit;
