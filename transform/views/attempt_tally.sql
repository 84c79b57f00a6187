-- view: attempt_tally
-- title: 往年考核人次
-- kept: tally
-- after: attempt
-- reads: attempt
SELECT school_code, COUNT(*) AS attempts
FROM attempt
GROUP BY school_code
