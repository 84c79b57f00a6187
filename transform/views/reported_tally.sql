-- view: reported_tally
-- title: 往年培训、考核人数
-- kept: tally
-- after: reported
-- reads: reported
SELECT school_code, SUM(trained) AS trained, SUM(examined) AS examined
FROM reported
GROUP BY school_code
