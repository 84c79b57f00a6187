-- view: release_tally
-- title: 证书批次的学校数
-- kept: tally
-- after: counted
-- reads: counted
--
-- Only what cannot be summed up from certificate_tally.
SELECT release_batch, COUNT(DISTINCT school_key) AS schools
FROM counted
GROUP BY release_batch
