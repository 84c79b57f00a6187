-- R44: one 申报编号 on several records. Identical records are stored once, so these differ.
INSERT INTO ambiguous_application(application_no)
SELECT application_no FROM application GROUP BY application_no HAVING count(*) > 1;
