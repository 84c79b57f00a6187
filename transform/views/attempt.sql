-- view: attempt
-- title: 往年考核记录
-- reads: batch assessment
--
-- The attempts of the years before the batch's that count as 考核人数 (R48): result 通过
-- (1) or 未通过 (2), all that tells the candidate's group apart readable; `assessment` is
-- the record's id. 1 January of a year, in days since 1970, by arithmetic.
SELECT id AS assessment, school_code, certificate_ref, level, exam_date
FROM assessment
WHERE result <= 2 AND school_code IS NOT NULL AND level IS NOT NULL AND NOT certificate_name_unknown
  AND exam_date < (SELECT 365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 719162 FROM batch)
