-- file: applications.csv
-- columns: application_no, school_code, certificate_code, level, major_code, outcome, declared, first_review, approved, source_file, source_sheet, source_row
-- sort: application_no, then the order of the sources
SELECT a.application_no, iif(a.school_code IS NULL, NULL, printf('%010d', a.school_code)) AS school_code, c.text AS certificate_code,
       CASE a.level WHEN 1 THEN '初级' WHEN 2 THEN '中级' WHEN 3 THEN '高级' END AS level,
       m.major_code, o.outcome, o.declared, o.first_review, o.approved,
       s.file AS source_file, s.sheet AS source_sheet, a.row AS source_row
FROM application a
JOIN outcome o ON o.application = a.id
JOIN source s ON s.id = a.source
LEFT JOIN certificate_ref r ON r.id = a.certificate_ref
LEFT JOIN term c ON c.id = r.certificate
LEFT JOIN major_ref m ON m.id = a.major_ref
ORDER BY a.application_no, a.id;
