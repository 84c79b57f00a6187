-- view: approved_tally
-- title: 往年获批人数
-- kept: tally
-- after: approved_before
-- reads: approved_before
SELECT school_code, SUM(heads) AS heads
FROM approved_before
GROUP BY school_code
