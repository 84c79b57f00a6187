-- view: unit_tally
-- title: 审核单位的证书数
-- kept: tally
-- after: counted
-- reads: counted
--
-- Only what cannot be summed up from school_tally.
SELECT reviewing_unit, COUNT(DISTINCT certificate_key) AS certificates
FROM counted
GROUP BY reviewing_unit
