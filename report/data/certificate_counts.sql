-- file: certificate_counts.csv
-- columns: certificate_code, certificate_name, release_batch, level, schools, applications, declared, first_review, approved
-- sort: certificate_code, certificate_name, release_batch, level
SELECT certificate_code, certificate_name, release_batch, level, schools, applications, declared,
       first_review, approved
FROM certificate_count
ORDER BY certificate_code, certificate_name, release_batch, level;
