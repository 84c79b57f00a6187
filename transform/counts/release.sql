-- count: release_count
-- title: 证书批次统计
-- reads: certificate_tally release_tally
--
-- By the batch in which the certificate was made public; 0 where the application's
-- certificate could not be resolved.
SELECT c.release_batch, r.schools, SUM(c.applications) AS applications,
       SUM(c.recommended) AS recommended, SUM(c.approved_applications) AS approved_applications,
       SUM(c.returned) AS returned, SUM(c.rejected) AS rejected, SUM(c.under_review) AS under_review,
       SUM(c.declared) AS declared, SUM(c.first_review) AS first_review, SUM(c.approved) AS approved
FROM certificate_tally c
LEFT JOIN release_tally r ON r.release_batch = c.release_batch
GROUP BY c.release_batch
ORDER BY c.release_batch
