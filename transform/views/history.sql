-- view: history
-- title: 往年情况
-- kept: rows
-- after: attempt_tally repeated_attempt reported_tally approved_tally
-- reads: attempt_tally repeated_attempt reported_tally approved_tally
--
-- Per school, over the years before the batch's: trained (培训人数), examined (考核人数:
-- from the assessment records where there are any, else as reported) and
-- approved_before (获批人数).
SELECT school_code, SUM(trained) AS trained, SUM(examined) AS examined, SUM(approved) AS approved_before
FROM (
  SELECT school_code, 0 AS trained, attempts AS examined, 0 AS approved FROM attempt_tally
  UNION ALL SELECT school_code, 0, -attempts, 0 FROM repeated_attempt
  UNION ALL SELECT school_code, trained, examined, 0 FROM reported_tally
  UNION ALL SELECT school_code, 0, 0, heads FROM approved_tally)
GROUP BY school_code
