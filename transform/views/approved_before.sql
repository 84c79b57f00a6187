-- view: approved_before
-- title: 往年获批
-- scan: approval
-- reads: batch approval
SELECT id AS approval, school_code, COALESCE(approved_before, 0) AS heads
FROM approval
WHERE school_code IS NOT NULL AND year < (SELECT year FROM batch)
