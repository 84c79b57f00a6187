-- file: findings.csv
-- columns: rule, case, severity, clause, dataset, record_key, application_no, school_code, source_file, source_sheet, source_row, source_column, raw, understood, allowed, message
-- sort: rule, case, dataset, record_key, application_no, school_code, then the place
SELECT f.rule, f.rule_case AS "case", f.severity, f.clause, f.dataset, f.record_key, f.application_no,
       f.school_code, s.file AS source_file, s.sheet AS source_sheet, f.row AS source_row,
       f.place AS source_column, f.raw, f.understood, f.allowed, f.message
FROM finding f
LEFT JOIN source s ON s.id = f.source
ORDER BY f.rule, f.rule_case, f.dataset, f.record_key, coalesce(f.application_no, ''),
         coalesce(f.school_code, ''), f.source, f.row, f.place, f.id;
