-- file: region_counts.csv
-- columns: reviewing_unit, unit_name, schools, applications, recommended, approved_applications, returned, rejected, under_review, certificates, declared, first_review, approved, approved_junior, approved_intermediate, approved_senior
-- sort: reviewing_unit
SELECT reviewing_unit, unit_name, schools, applications, recommended, approved_applications,
       returned, rejected, under_review, certificates, declared, first_review, approved,
       approved_junior, approved_intermediate, approved_senior
FROM region_count
ORDER BY reviewing_unit;
